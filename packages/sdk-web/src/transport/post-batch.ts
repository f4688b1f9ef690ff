import { type Answer, brandId, type DeliveryOutcome, readAnswer } from '@tidemark/protocol';
import { packBody } from './pack-body.js';

export interface Destination {
  readonly endpoint: string;
  readonly writeKey: string;
}

/** A browser refuses a larger body from a page that may be going away. */
const KEEPALIVE_MAX_BYTES = 65_536;
/** A weak network may take long; one that takes longer is no network. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one batch. The request stays a simple one, so that it costs no preflight: key and encoding stand in the
 * address, the body is `text/plain`.
 *
 * @param keepalive - the page may be going away: a body that is small enough outlives it.
 */
export async function postBatch(
  fetchPage: typeof fetch,
  { endpoint, writeKey }: Destination,
  batchId: string,
  json: string,
  keepalive: boolean,
  now: () => number,
): Promise<DeliveryOutcome> {
  const { body, encoding } = await packBody(json);
  const url = `${endpoint}/v1/batch?k=${encodeURIComponent(writeKey)}${encoding === 'gzip' ? '&z=gzip' : ''}`;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TIMEOUT_MS);
  try {
    const response = await fetchPage(url, {
      method: 'POST',
      body,
      keepalive: keepalive && body.length <= KEEPALIVE_MAX_BYTES,
      credentials: 'omit',
      headers: { 'Content-Type': 'text/plain' },
      signal: patience.signal,
    });
    const answer: Answer = {
      status: response.status,
      retryAfter: response.headers.get('Retry-After'),
      body: await response.json().catch(() => undefined),
    };
    return readAnswer(answer, brandId(batchId), now());
  } catch {
    return { kind: 'retry', afterMs: undefined }; // no answer: whether it arrived, nobody knows; its ids tell
  } finally {
    clearTimeout(timer);
  }
}
