import type { Ack, AuthoritativeEvent, BatchContext, EpochMs, Rejection, ServerContext } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import type { EnvelopeVerdict, ServerEnvelope } from '../validate/check-envelope.js';
import type { EventCheck } from '../validate/check-event.js';
import type { Fault } from '../validate/compile-check.js';
import type { WalRecord } from '../wal/record.js';
import type { AcceptedEvents, AcceptOptions } from './accept-batch.js';
import { correctedTime } from './corrected-time.js';
import type { DecodedBody } from './decode-body.js';
import { rejectionOf } from './judge-events.js';
import { keepRejected } from './keep-rejected.js';
import { createRefuseErased } from './refuse-erased.js';
import type { SeenEventIds } from './seen-event-ids.js';
import { encodeServerNotes } from './server-note.js';

/** What the request tells beside the body. */
export interface ServerDelivery {
  readonly workspaceId: string;
  readonly userAgent: string;
  readonly receivedAt: EpochMs;
  /** What it was signed with, and until when that is remembered. */
  readonly nonce: string;
  readonly nonceUntilMs: EpochMs;
}

/** New events of one batch that are about one user, and what they share. */
export interface AcceptedServerEvents {
  readonly batch: Omit<AcceptedEvents['batch'], 'context'> & {
    readonly context: ServerContext & Pick<BatchContext, 'userId' | 'accountId'>;
  };
  readonly rows: readonly { readonly event: AuthoritativeEvent; readonly correctedAt: EpochMs }[];
}

export interface AcceptServerOptions {
  readonly checkEnvelope: (value: unknown) => EnvelopeVerdict<ServerEnvelope>;
  readonly checkEvent: EventCheck<AuthoritativeEvent>;
  readonly minimise: AcceptOptions['minimise'];
  readonly seen: Pick<SeenEventIds, 'claim'>;
  readonly isErased?: AcceptOptions['isErased'];
  readonly wal: Pick<AcceptOptions['wal'], 'append'>;
  readonly encode: Pick<AcceptOptions['encode'], 'rejected'> & {
    accepted(events: AcceptedServerEvents, note: Uint8Array): WalRecord;
  };
  /** Told of new events once they are durable. */
  readonly onAccepted?: (accepted: AcceptedServerEvents) => void;
}

export type AcceptServerBatch = (body: DecodedBody, delivery: ServerDelivery) => Promise<Ack>;

const NO_NOTE = new Uint8Array(0);

/** Takes a server's batch as `createAcceptBatch` takes a device's; a copy is recognised by its event's id. */
export function createAcceptServerBatch(options: AcceptServerOptions): AcceptServerBatch {
  return async (body, delivery) => {
    const envelope = readEnvelope(body.value, options.checkEnvelope);
    const minimiser = options.minimise(delivery.workspaceId, envelope.context.appId, envelope.events);
    minimiser.fields(envelope.context);
    const { workspaceId, receivedAt, nonce, nonceUntilMs } = delivery;
    const erased = createRefuseErased(options.isErased, workspaceId);
    const { good, rejections } = judge(envelope.events, options.checkEvent, erased.event);
    const claim = await options.seen.claim(
      workspaceId,
      good.map(({ eventId }) => eventId),
    );
    const fresh = good.filter((_, at) => claim.verdicts[at] === 'new');
    const accepted: AcceptedServerEvents[] = [];
    try {
      if (fresh.some((event) => erased.event(event))) throw erasedMeanwhile();
      for (const event of fresh) minimiser.fields(event);
      let note = encodeServerNotes([{ workspaceId, atMs: receivedAt, nonce, nonceUntilMs, ids: claim.newIds }]);
      const records: WalRecord[] = [];
      const add = (record: (note: Uint8Array) => WalRecord): void => {
        records.push(record(note));
        note = NO_NOTE; // all records are in one commit: one carries it
      };
      for (const events of bySubject(fresh)) {
        const described = describe(events, envelope, delivery);
        accepted.push(described);
        add((own) => options.encode.accepted(described, own));
      }
      if (rejections.length > 0) {
        add((own) => options.encode.rejected(keepRejected(rejections, body, envelope, delivery, minimiser), own));
      }
      if (records.length > 0) await options.wal.append(records);
    } catch (error) {
      claim.release(error);
      throw error;
    }
    claim.confirm();
    for (const one of accepted) options.onAccepted?.(one);
    await claim.originals;
    return {
      batchId: envelope.batchId,
      accepted: fresh.length,
      duplicate: good.length - fresh.length,
      rejected: rejections,
      serverTimeMs: receivedAt,
    };
  };
}

function readEnvelope(body: unknown, check: AcceptServerOptions['checkEnvelope']): ServerEnvelope {
  const verdict = check(body);
  if (verdict.kind === 'good') return verdict.envelope;
  const { field, reason } = verdict.fault;
  throw new HttpProblem('invalid_batch', `The batch cannot be read: ${field || 'body'}: ${reason}.`, { field });
}

/** While the claim looked at the disk. Sent again, it is refused by name. */
function erasedMeanwhile(): HttpProblem {
  return new HttpProblem('busy', 'Somebody whom the batch is about was erased just now; send it again.', {
    retryAfterSeconds: 1,
  });
}

function judge(
  values: readonly unknown[],
  check: EventCheck<AuthoritativeEvent>,
  refuse: (value: unknown) => Fault | undefined,
) {
  const good: AuthoritativeEvent[] = [];
  const rejections: Rejection[] = [];
  for (const [index, value] of values.entries()) {
    const verdict = check(value);
    const fault = refuse(value) ?? (verdict.kind === 'good' ? undefined : verdict.fault);
    if (fault) rejections.push(rejectionOf(value, index, fault));
    else if (verdict.kind === 'good') good.push(verdict.event);
  }
  return { good, rejections };
}

/** Rows of one record share what they are about. */
function bySubject(events: readonly AuthoritativeEvent[]): Iterable<readonly AuthoritativeEvent[]> {
  const groups = new Map<string, AuthoritativeEvent[]>();
  for (const event of events) {
    const subject = JSON.stringify([event.userId, event.accountId]);
    const group = groups.get(subject);
    if (group) group.push(event);
    else groups.set(subject, [event]);
  }
  return groups.values();
}

function describe(
  events: readonly AuthoritativeEvent[],
  { batchId, context }: ServerEnvelope,
  { workspaceId, receivedAt, userAgent }: ServerDelivery,
): AcceptedServerEvents {
  const { userId, accountId } = events[0] ?? {}; // the same in all
  return {
    batch: {
      workspaceId,
      batchId,
      context: { ...context, userId, accountId },
      receivedAt,
      clockSkewMs: 0,
      userAgent,
      isBot: false,
      ipPrefix: '', // of a server, not of whom it is about
      historical: false,
    },
    rows: events.map((event) => ({ event, correctedAt: correctedTime(event.occurredAt, 0, receivedAt) })),
  };
}
