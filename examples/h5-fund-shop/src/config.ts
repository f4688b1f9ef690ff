import type { KeyValueStore } from './storage.js';

/** Where events go. Both parts or nothing: half a configuration is treated as none. */
export interface AnalyticsConfig {
  readonly endpoint: string;
  readonly writeKey: string;
}

/** Reported with every event, so that page statistics can be compared between releases. */
export const APP_ID = 'h5-fund-shop';
export const RELEASE = '0.1.0';

/** The shop must open on a weak network too: after this long it starts without analytics. */
const CONFIG_TIMEOUT_MS = 2_000;

/** A test's `?endpoint=...&key=...` is kept for the tab, because later addresses do not carry it. */
const TAB_KEY = 'quay.analytics';

/**
 * From the address when it names an endpoint and a key, otherwise from `/config.json`.
 *
 * @param tabStore - lives as long as the tab does.
 */
export async function loadConfig(
  query: URLSearchParams,
  tabStore: KeyValueStore,
): Promise<AnalyticsConfig | undefined> {
  const fromQuery = parseConfig({ endpoint: query.get('endpoint'), writeKey: query.get('key') });
  if (fromQuery) tabStore.setItem(TAB_KEY, JSON.stringify(fromQuery));
  return fromQuery ?? parseConfigText(tabStore.getItem(TAB_KEY)) ?? (await fetchConfig());
}

/** @returns undefined when a part is missing, empty or not an http(s) address. */
export function parseConfig(value: unknown): AnalyticsConfig | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { endpoint, writeKey } = value as { endpoint?: unknown; writeKey?: unknown }; // boundary: checked next
  if (typeof endpoint !== 'string' || typeof writeKey !== 'string' || writeKey === '') return undefined;
  if (!/^https?:\/\//.test(endpoint)) return undefined;
  return { endpoint, writeKey };
}

function parseConfigText(text: string | null): AnalyticsConfig | undefined {
  try {
    return parseConfig(JSON.parse(text ?? 'null'));
  } catch {
    return undefined;
  }
}

/** A static server without the file may answer with index.html or a 404; both mean "analytics off". */
async function fetchConfig(): Promise<AnalyticsConfig | undefined> {
  try {
    const response = await fetch('/config.json', { signal: AbortSignal.timeout(CONFIG_TIMEOUT_MS) });
    return response.ok ? parseConfig(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}
