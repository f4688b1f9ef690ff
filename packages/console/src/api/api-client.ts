import type { FlagPage, FlagTriage, ReportByName, ReportName, ReportQuery, RiskFlag } from '@tidemark/protocol';
import type { ApiOutcome } from './api-outcome.js';
import { readRefusal } from './read-refusal.js';
import { reportPath } from './report-path.js';
import { parseStoreReadiness, type StoreReadiness } from './store-readiness.js';

export interface ApiClientOptions {
  readonly fetch: typeof fetch;
  /** Root of the API, with a closing slash: `https://collector.example/`. */
  readonly baseUrl: string;
  readonly readKey: string;
}

export interface ApiClient {
  report<N extends ReportName>(
    name: N,
    query: ReportQuery<N>,
    signal?: AbortSignal,
  ): Promise<ApiOutcome<ReportByName[N]>>;
  /** The next page of the risk feed after this cursor; the first one without. */
  flags(cursor: string | undefined, signal: AbortSignal): Promise<ApiOutcome<FlagPage>>;
  /** The raw events of a flag. */
  flagEvents(flagId: string, signal: AbortSignal): Promise<ApiOutcome<FlagEvents>>;
  /** Takes a key that may triage. */
  triage(flagId: string, triage: FlagTriage): Promise<ApiOutcome<RiskFlag>>;
  storeReadiness(signal?: AbortSignal): Promise<StoreReadiness>;
  /** Opens the live stream; the caller reads the body. Rejects when nobody answers. */
  live(lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

/** What `GET /v1/flags/{id}/events` answers. */
export interface FlagEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** There are more. */
  readonly isCut: boolean;
}

/** As many as the collector gives at once. */
const FLAGS_PER_PAGE = 1_000;

/** The collector's reading side, with one read key. Holds no state: every answer is a value. */
export function createApiClient({ fetch, baseUrl, readKey }: ApiClientOptions): ApiClient {
  const authorization = `Bearer ${readKey}`;

  const headers = { authorization, accept: 'application/json' };

  async function ask<T>(path: string, request: RequestInit): Promise<ApiOutcome<T>> {
    try {
      const response = await fetch(baseUrl + path, request);
      if (!response.ok) return { kind: 'refused', refusal: await readRefusal(response) };
      // The collector that served this page shares its types; the cast is the edge where that is trusted.
      return { kind: 'ok', value: (await response.json()) as T };
    } catch {
      return { kind: 'unreachable' };
    }
  }

  return {
    report<N extends ReportName>(name: N, query: ReportQuery<N>, signal?: AbortSignal) {
      return ask<ReportByName[N]>(reportPath(name, query), init(headers, signal));
    },

    flags(cursor, signal) {
      const query = new URLSearchParams({ limit: String(FLAGS_PER_PAGE), ...(cursor === undefined ? {} : { cursor }) });
      return ask<FlagPage>(`v1/flags?${query}`, init(headers, signal));
    },

    flagEvents: (flagId, signal) => ask<FlagEvents>(`v1/flags/${flagId}/events`, init(headers, signal)),

    triage(flagId, triage) {
      const request = init({ ...headers, 'content-type': 'application/json' }, undefined);
      return ask<RiskFlag>(`v1/flags/${flagId}/triage`, { ...request, method: 'POST', body: JSON.stringify(triage) });
    },

    async storeReadiness(signal) {
      try {
        const response = await fetch(`${baseUrl}readyz`, init({ accept: 'application/json' }, signal));
        return parseStoreReadiness(await response.json());
      } catch {
        return 'unknown';
      }
    },

    live(lastEventId, signal) {
      const stream = { authorization, accept: 'text/event-stream' };
      const resumed = lastEventId === undefined ? stream : { ...stream, 'last-event-id': lastEventId };
      return fetch(`${baseUrl}v1/live`, init(resumed, signal));
    },
  };
}

function init(headers: Record<string, string>, signal: AbortSignal | undefined): RequestInit {
  return { headers, cache: 'no-store', credentials: 'omit', ...(signal ? { signal } : {}) };
}
