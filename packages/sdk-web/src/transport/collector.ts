import { type Answer, brandId, type Carrier, type DeliveryOutcome, readAnswer } from '@tidemark/protocol';
import { type PackedBody, packBody, plainBody } from './pack-body.js';

export interface CollectorOptions {
  readonly fetch: typeof fetch;
  readonly endpoint: string;
  readonly writeKey: string;
  /** Whether the collector's cookie may travel. */
  readonly withCookie: boolean | undefined;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly onRequest: (request: RequestTrace) => void;
  /** The collector told its time, in an answer to what left and came at these moments of the monotonic clock. */
  readonly onServerTime: (serverTimeMs: number, leftAt: number, cameAt: number) => void;
}

/** What became of one request. */
export interface RequestTrace {
  readonly kind: 'batch' | 'acks' | 'config';
  /** 0 when no answer came. */
  readonly status: number;
  readonly bytes: number;
  readonly tookMs: number;
}

/** The other end by HTTP: each question a simple request that costs no preflight. */
export interface Collector extends Carrier {
  /** @returns the body, parsed; undefined without an answer of 200. */
  get(kind: 'config'): Promise<unknown>;
}

/** What a browser carries for a page that is gone, shared with the page's own requests. */
const KEEPALIVE_MAX_BYTES = 64_000;
/** While the page lives it leaves the greater part of that to others. */
const KEEPALIVE_ALIVE_BYTES = 24_576;
/** A weak network may take long; one that takes longer is no network. */
const TIMEOUT_MS = 30_000;

export function connectCollector(options: CollectorOptions): Collector {
  const { endpoint, writeKey, monotonicMs } = options;
  let keptAlive = 0;

  async function request(kind: RequestTrace['kind'], more = '', sent?: PackedBody, keepalive = false) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), TIMEOUT_MS);
    const leftAt = monotonicMs();
    const bytes = sent?.body.length ?? 0;
    let status = 0;
    let retryAfter: string | null = null;
    let body: unknown;
    if (keepalive) keptAlive += bytes;
    try {
      // No cache setting: the browser asks after a known answer by its ETag, and that is what is wanted.
      const response = await options.fetch(`${endpoint}/v1/${kind}?k=${encodeURIComponent(writeKey)}${more}`, {
        method: sent && 'POST',
        body: sent?.body,
        headers: sent && { 'Content-Type': 'text/plain' },
        keepalive,
        // What batches are durable is told to any page, and browsers refuse such an answer to a request with cookies.
        credentials: options.withCookie && kind !== 'acks' ? 'include' : 'omit',
        referrerPolicy: 'strict-origin', // the page's address may hold what must not leave it
        signal: patience.signal,
      });
      body = await response.json().catch(() => undefined);
      retryAfter = response.headers.get('Retry-After');
      status = response.status;
    } catch {
      // whether it arrived, nobody knows
    }
    clearTimeout(timer);
    if (keepalive) keptAlive -= bytes;
    const cameAt = monotonicMs();
    options.onRequest({ kind, status, bytes, tookMs: Math.round(cameAt - leftAt) });
    return { status, retryAfter, body, leftAt, cameAt };
  }

  async function postBody(batchId: string, packed: PackedBody, maxBytes: number): Promise<DeliveryOutcome> {
    const more = packed.gzip ? '&z=gzip' : '';
    const answer = await request('batch', more, packed, keptAlive + packed.body.length <= maxBytes);
    const outcome = readAnswer(answer satisfies Answer, brandId(batchId), options.now());
    if (outcome.kind === 'delivered') options.onServerTime(outcome.ack.serverTimeMs, answer.leftAt, answer.cameAt);
    return outcome;
  }

  return {
    async post(batchId, json, isWanted) {
      const packed = await packBody(json);
      return isWanted() ? postBody(batchId, packed, KEEPALIVE_ALIVE_BYTES) : { kind: 'retry' };
    },
    postLeaving(batchId, json) {
      const packed = plainBody(json);
      if (keptAlive + packed.body.length > KEEPALIVE_MAX_BYTES) return undefined;
      return postBody(batchId, packed, KEEPALIVE_MAX_BYTES);
    },
    roomLeaving: () => KEEPALIVE_MAX_BYTES - keptAlive,
    async ask(batchIds) {
      const { status, body } = await request('acks', `&ids=${batchIds.join()}`);
      if (status === 0 || status === 429 || status >= 500) return undefined;
      const durable: unknown = (body as { readonly durable?: unknown } | null | undefined)?.durable;
      return Array.isArray(durable) ? durable.map(String) : []; // somebody who knows nothing of acks: send again
    },
    async get(kind) {
      const { status, body } = await request(kind);
      return status === 200 ? body : undefined;
    },
  };
}
