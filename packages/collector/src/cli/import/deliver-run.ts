import { type EventBatch, type EventType, PROTOCOL_VERSION, type RejectionReason } from '@tidemark/protocol';
import { TidemarkError } from '../../observe/errors.js';
import type { ImportIds } from './import-ids.js';
import type { EventRun } from './log-to-events.js';
import { type DeliveryDependencies, type FinalOutcome, sendBatch } from './send-batch.js';

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

function sendUntilAnswered(
  run: EventRun,
  ids: ImportIds,
  { url, key, historical }: Destination,
  dependencies: DeliveryDependencies,
): Promise<FinalOutcome> {
  return sendBatch(
    (nowMs) => batchOf(run, ids, historical, nowMs),
    { url, path: 'v1/batch', headersOf: () => ({ authorization: `Bearer ${key}` }) },
    dependencies,
    'import the same file again',
  );
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

function slice({ context, events, lineNumbers }: EventRun, start: number, end: number): EventRun {
  return { context, events: events.slice(start, end), lineNumbers: lineNumbers.slice(start, end) };
}

function rejectedEvent(run: EventRun, index: number, reason: RejectedEvent['reason'], field: string): RejectedEvent[] {
  const event = run.events[index];
  const lineNumber = run.lineNumbers[index];
  if (event === undefined || lineNumber === undefined) return []; // an index that is none of ours
  return [{ lineNumber, type: event.type, reason, field }];
}
