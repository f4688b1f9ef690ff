/** Where events go; the same file that the shop reads. */
export interface CollectorConfig {
  readonly endpoint: string;
  readonly writeKey: string;
}

/** @returns undefined where nobody serves one: then there is nothing to show. */
export async function loadConfig(): Promise<CollectorConfig | undefined> {
  const response = await fetch('/config.json').catch(() => undefined);
  const config: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
  const { endpoint, writeKey } = (config ?? {}) as { endpoint?: unknown; writeKey?: unknown }; // boundary: checked next
  return typeof endpoint === 'string' && typeof writeKey === 'string' ? { endpoint, writeKey } : undefined;
}
