import type { ReportByName, ReportName, ReportQuery } from '@tidemark/protocol';
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
  storeReadiness(signal?: AbortSignal): Promise<StoreReadiness>;
  /** Opens the live stream; the caller reads the body. Rejects when nobody answers. */
  live(lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

/** The collector's reading side, with one read key. Holds no state: every answer is a value. */
export function createApiClient({ fetch, baseUrl, readKey }: ApiClientOptions): ApiClient {
  const authorization = `Bearer ${readKey}`;

  return {
    async report<N extends ReportName>(name: N, query: ReportQuery<N>, signal?: AbortSignal) {
      try {
        const headers = { authorization, accept: 'application/json' };
        const response = await fetch(baseUrl + reportPath(name, query), init(headers, signal));
        if (!response.ok) return { kind: 'refused', refusal: await readRefusal(response) };
        // The collector that served this page shares its types; the cast is the edge where that is trusted.
        return { kind: 'ok', value: (await response.json()) as ReportByName[N] };
      } catch {
        return { kind: 'unreachable' };
      }
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
      const headers: Record<string, string> = { authorization, accept: 'text/event-stream' };
      if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
      return fetch(`${baseUrl}v1/live`, init(headers, signal));
    },
  };
}

function init(headers: Record<string, string>, signal: AbortSignal | undefined): RequestInit {
  return { headers, cache: 'no-store', credentials: 'omit', ...(signal ? { signal } : {}) };
}
