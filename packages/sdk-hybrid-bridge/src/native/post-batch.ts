import { type DeliveryOutcome, readAnswer } from '@tidemark/protocol';
import type { Timers } from './timers.js';

export interface PostOptions {
  readonly fetch: typeof fetch;
  readonly endpoint: string;
  readonly writeKey: string;
  readonly timers: Timers;
  readonly wallMs: () => number;
}

/** A weak network may take long; one that takes longer is no network. */
const TIMEOUT_MS = 30_000;

/** Sends one batch. Never rejects: no answer is an outcome. */
export type PostBatch = (batchId: string, json: string, signal: AbortSignal) => Promise<DeliveryOutcome>;

export function createPostBatch({ fetch, endpoint, writeKey, timers, wallMs }: PostOptions): PostBatch {
  return async (batchId, json, signal) => {
    const patience = new AbortController();
    const end = (): void => patience.abort();
    const timer = timers.set(end, TIMEOUT_MS);
    signal.addEventListener('abort', end);
    try {
      const response = await fetch(`${endpoint}/v1/batch`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${writeKey}`, 'Content-Type': 'application/json' },
        body: json,
        signal: patience.signal,
      });
      const body: unknown = await response.json().catch(() => undefined);
      const { status, headers } = response;
      return readAnswer({ status, retryAfter: headers.get('Retry-After'), body }, batchId, wallMs());
    } catch {
      return { kind: 'retry' }; // whether it arrived, nobody knows
    } finally {
      timers.clear(timer);
      signal.removeEventListener('abort', end);
    }
  };
}
