import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type Answer,
  type BackoffPolicy,
  type DeliveryOutcome,
  type EventBatch,
  type EventType,
  PROTOCOL_VERSION,
  type RejectionReason,
  readAnswer,
  retryDelayMs,
} from '@tidemark/protocol';
import { TidemarkError } from '../../observe/errors.js';
import type { ImportIds } from './import-ids.js';
import type { EventRun } from './log-to-events.js';

export interface DeliveryDependencies {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep: (delayMs: number) => Promise<unknown>;
}

export interface Destination {
  /** Base address of the collector. */
  readonly url: string;
  readonly key: string;
  /** Secret keys may say that the events are history. */
  readonly historical: boolean;
}

/** An event that the collector will never take. */
export interface RejectedEvent {
  readonly lineNumber: number;
  readonly type: EventType;
  readonly reason: RejectionReason | 'too_large' | 'unreadable';
  /** The field at fault, empty when it is the whole event. */
  readonly field: string;
}

export interface Delivered {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly RejectedEvent[];
}

/** A person waits: shorter steps than an SDK's, and an end. */
const BACKOFF: BackoffPolicy = { baseMs: 500, maxMs: 15_000 };
/** How long one batch is tried: longer than a collector takes to restart and replay its log. */
export const RETRY_FOR_MS = 5 * 60_000;
/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 60_000;

const compress = promisify(gzip);

/**
 * Sends one run of events until the collector has it, in halves where it is too large.
 *
 * @throws {TidemarkError} `import_key_refused`; `import_not_delivered` when there was no ack for {@link RETRY_FOR_MS}.
 */
export async function deliverRun(
  run: EventRun,
  ids: ImportIds,
  destination: Destination,
  dependencies: DeliveryDependencies,
): Promise<Delivered> {
  const outcome = await sendUntilAnswered(run, ids, destination, dependencies);
  switch (outcome.kind) {
    case 'delivered': {
      const { accepted, duplicate, rejected } = outcome.ack;
      return {
        accepted,
        duplicate,
        rejected: rejected.flatMap(({ index, reason, field }) => rejectedEvent(run, index, reason, field)),
      };
    }
    case 'too_large':
    case 'unreadable': {
      if (run.events.length === 1) {
        return { accepted: 0, duplicate: 0, rejected: rejectedEvent(run, 0, outcome.kind, '') };
      }
      const middle = Math.ceil(run.events.length / 2);
      const head = await deliverRun(slice(run, 0, middle), ids, destination, dependencies);
      const tail = await deliverRun(slice(run, middle, run.events.length), ids, destination, dependencies);
      return {
        accepted: head.accepted + tail.accepted,
        duplicate: head.duplicate + tail.duplicate,
        rejected: [...head.rejected, ...tail.rejected],
      };
    }
    case 'stopped':
      throw new TidemarkError(
        'import_key_refused',
        `The collector refused the key (HTTP ${outcome.status}). Use one that is valid, a secret key for history, and import the same file again: what has arrived is recognised.`,
      );
  }
}

async function sendUntilAnswered(
  run: EventRun,
  ids: ImportIds,
  destination: Destination,
  { fetch, now, random, sleep }: DeliveryDependencies,
): Promise<Exclude<DeliveryOutcome, { kind: 'retry' }>> {
  const giveUpAtMs = now() + RETRY_FOR_MS;
  for (let attempt = 1; ; attempt++) {
    const batch = batchOf(run, ids, destination.historical, now());
    const { answer, failure } = await post(batch, destination, fetch);
    const outcome = readAnswer(answer, batch.batchId, now());
    if (outcome.kind !== 'retry') return outcome;
    const delayMs = outcome.afterMs ?? retryDelayMs(attempt, BACKOFF, random);
    if (now() + delayMs > giveUpAtMs) {
      const last = answer.status === 0 ? 'no answer' : `last answer: HTTP ${answer.status}`;
      throw new TidemarkError(
        'import_not_delivered',
        `The collector at ${destination.url} did not take the events for ${RETRY_FOR_MS / 60_000} minutes (${last}). When it is back, import the same file again: what has arrived is recognised and nothing is counted twice.`,
        { cause: failure },
      );
    }
    await sleep(delayMs);
  }
}

function batchOf(run: EventRun, ids: ImportIds, historical: boolean, sentAt: number): EventBatch {
  const [first] = run.events;
  if (first === undefined) throw new RangeError('a run has at least one event');
  return {
    v: PROTOCOL_VERSION,
    batchId: ids.batchId(first.occurredAt, first.seq, run.events.length),
    sentAt,
    ...(historical && { historical }),
    context: run.context,
    events: run.events,
  };
}

/** One attempt. No answer, or one that is no JSON, is an answer too: the rule for all senders reads it. */
async function post(
  batch: EventBatch,
  { url, key }: Destination,
  send: typeof fetch,
): Promise<{ answer: Answer; failure?: unknown }> {
  const body = await compress(JSON.stringify(batch));
  try {
    const response = await send(new URL('v1/batch', url.endsWith('/') ? url : `${url}/`), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'user-agent': 'tidemark-import',
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    return {
      answer: { status: response.status, retryAfter: response.headers.get('retry-after'), body: parseJson(text) },
    };
  } catch (failure) {
    return { answer: { status: 0, retryAfter: null, body: undefined }, failure };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: no ack, whatever its status
  }
}

function slice({ context, events, lineNumbers }: EventRun, start: number, end: number): EventRun {
  return { context, events: events.slice(start, end), lineNumbers: lineNumbers.slice(start, end) };
}

function rejectedEvent(run: EventRun, index: number, reason: RejectedEvent['reason'], field: string): RejectedEvent[] {
  const event = run.events[index];
  const lineNumber = run.lineNumbers[index];
  if (event === undefined || lineNumber === undefined) return []; // an index that is none of ours
  return [{ lineNumber, type: event.type, reason, field }];
}
