/** Whether the collector's store answers; `unknown` while the collector itself does not. */
export type StoreReadiness = 'ready' | 'starting' | 'down' | 'unknown';

/** Reads the body of `GET /readyz`, which is the same for 200 and 503. */
export function parseStoreReadiness(body: unknown): StoreReadiness {
  if (typeof body !== 'object' || body === null || !('store' in body)) return 'unknown';
  const { store } = body;
  return store === 'ready' || store === 'starting' || store === 'down' ? store : 'unknown';
}
