import type { Ack } from '../ack.js';
import { parseRetryAfterMs } from './retry-after.js';

/** What an HTTP answer means for the events that were sent. */
export type DeliveryOutcome =
  /** On disk at the collector, or named as rejected: delete them. */
  | { readonly kind: 'delivered'; readonly ack: Ack }
  /** Nobody knows, or not now: keep them and try again. */
  | { readonly kind: 'retry'; readonly afterMs?: number | undefined }
  /** Too large for this collector: halve the batch; a single event that is too large is set aside. */
  | { readonly kind: 'too_large' }
  /** The batch itself can never be read: split it until the event at fault stands alone, then set that aside. */
  | { readonly kind: 'unreadable' }
  /** The key is wrong or revoked: keep the events and stop until the app is configured anew. */
  | { readonly kind: 'stopped'; readonly status: 401 | 403 };

export interface Answer {
  /** 0 when there was no answer, or an opaque one. */
  readonly status: number;
  readonly retryAfter: string | null;
  /** The parsed body, whatever it is. */
  readonly body: unknown;
}

/**
 * Reads an answer by one rule for all senders: only an ack that names this batch is a delivery.
 * A captive portal's 200, an empty 202 or an ack of another batch is none; and a 400 that is no word of a collector's
 * (a proxy that speaks another protocol, a portal) must not cost the events.
 */
export function readAnswer(answer: Answer, batchId: string, nowMs: number): DeliveryOutcome {
  const { status } = answer;
  const body = (answer.body ?? {}) as Ack & { readonly code?: unknown }; // whatever it is: looked at below
  const isAck = body.batchId === batchId && Array.isArray(body.rejected) && typeof body.serverTimeMs === 'number';
  if (status === 202 && isAck) return { kind: 'delivered', ack: body };
  if (status === 401 || status === 403) return { kind: 'stopped', status };
  if (status === 413) return { kind: 'too_large' };
  if (status === 400 && (body.code === 'unreadable_body' || body.code === 'invalid_batch'))
    return { kind: 'unreadable' };
  return { kind: 'retry', afterMs: parseRetryAfterMs(answer.retryAfter, nowMs) };
}
