import type {
  FeatureCatalog,
  FeatureQuery,
  FeaturesAnswer,
  FlagPage,
  FlagPrecision,
  FlagTriage,
  ModelVersions,
  OrderDecisions,
  ReportByName,
  ReportName,
  ReportQuery,
  RiskFlag,
} from '@tidemark/protocol';
import type { ApiOutcome } from './api-outcome.js';
import type { Explanation, ModelCard } from './model-answers.js';
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
  /** What became of the flags of each kind. */
  flagPrecision(signal: AbortSignal): Promise<ApiOutcome<FlagPrecisions>>;
  /** The raw events of a flag. */
  flagEvents(flagId: string, signal: AbortSignal): Promise<ApiOutcome<FlagEvents>>;
  /** Takes a key that may triage. */
  triage(flagId: string, triage: FlagTriage): Promise<ApiOutcome<RiskFlag>>;
  /** The orders that were placed last, with what was said of each. */
  orders(signal: AbortSignal): Promise<ApiOutcome<OrderDecisions>>;
  /** A decision, reckoned again. */
  explain(decisionId: string, signal: AbortSignal): Promise<ApiOutcome<Explanation>>;
  models(signal: AbortSignal): Promise<ApiOutcome<ModelVersions>>;
  modelCard(version: string, signal: AbortSignal): Promise<ApiOutcome<ModelCard>>;
  /** The same as a page, HTML without scripts. */
  modelPage(version: string, signal: AbortSignal): Promise<ApiOutcome<string>>;
  /** What each feature is. */
  featureCatalog(signal: AbortSignal): Promise<ApiOutcome<FeatureCatalog>>;
  /** All features of a subject. */
  features(query: Pick<FeatureQuery, 'subject' | 'kind'>, signal: AbortSignal): Promise<ApiOutcome<FeaturesAnswer>>;
  storeReadiness(signal?: AbortSignal): Promise<StoreReadiness>;
  /** Opens the live stream; the caller reads the body. Rejects when nobody answers. */
  live(lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

/** What `GET /v1/flags/precision` answers. */
export interface FlagPrecisions {
  readonly kinds: readonly FlagPrecision[];
}

/** What `GET /v1/flags/{id}/events` answers. */
export interface FlagEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** What was refused, where the flag is about that. */
  readonly refused: readonly Readonly<Record<string, unknown>>[];
  /** There are more. */
  readonly isCut: boolean;
}

/** As many as the collector gives at once. */
const FLAGS_PER_PAGE = 1_000;

/** The collector's reading side, with one read key. Holds no state: every answer is a value. */
export function createApiClient({ fetch, baseUrl, readKey }: ApiClientOptions): ApiClient {
  const authorization = `Bearer ${readKey}`;

  const headers = { authorization, accept: 'application/json' };

  /** The collector that served this page shares its types: this is the edge where that is trusted. */
  function ask<T>(path: string, request: RequestInit): Promise<ApiOutcome<T>> {
    return get(path, request, (response) => response.json() as Promise<T>);
  }

  async function get<T>(
    path: string,
    request: RequestInit,
    read: (response: Response) => Promise<T>,
  ): Promise<ApiOutcome<T>> {
    try {
      const response = await fetch(baseUrl + path, request);
      if (!response.ok) return { kind: 'refused', refusal: await readRefusal(response) };
      return { kind: 'ok', value: await read(response) };
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

    flagPrecision: (signal) => ask<FlagPrecisions>('v1/flags/precision', init(headers, signal)),
    flagEvents: (flagId, signal) => ask<FlagEvents>(`v1/flags/${flagId}/events`, init(headers, signal)),

    triage(flagId, triage) {
      const request = init({ ...headers, 'content-type': 'application/json' }, undefined);
      return ask<RiskFlag>(`v1/flags/${flagId}/triage`, { ...request, method: 'POST', body: JSON.stringify(triage) });
    },

    orders: (signal) => ask<OrderDecisions>('v1/decisions', init(headers, signal)),
    explain: (decisionId, signal) => ask<Explanation>(`v1/decisions/${decisionId}`, init(headers, signal)),
    models: (signal) => ask<ModelVersions>('v1/models', init(headers, signal)),
    modelCard: (version, signal) => ask<ModelCard>(`v1/models/${version}`, init(headers, signal)),
    modelPage: (version, signal) =>
      get(`v1/models/${version}.html`, init({ authorization, accept: 'text/html' }, signal), (page) => page.text()),

    featureCatalog: (signal) => ask<FeatureCatalog>('v1/feature-catalog', init(headers, signal)),
    features: (query, signal) =>
      ask<FeaturesAnswer>(`v1/features?${new URLSearchParams(query)}`, init(headers, signal)),

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
