import type { Ack, EpochMs, Rejection, TrackedEvent, VisitorId } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import type { Envelope, EnvelopeVerdict } from '../validate/check-envelope.js';
import type { EventVerdict } from '../validate/check-event.js';
import type { WalRecord } from '../wal/record.js';
import { clockSkewMs, correctedTime } from './corrected-time.js';
import type { DecodedBody } from './decode-body.js';
import { type Cookieless, deriveVisitor, withVisitor } from './derive-visitor.js';
import { describeCopies } from './describe-copies.js';
import type { BrowserHeaders } from './enrich/bot-signals.js';
import type { Client, DescribeClient } from './enrich/describe-client.js';
import type { DeliveredCopies } from './gather-copies.js';
import { isWatched } from './is-watched.js';
import { judgeEvents } from './judge-events.js';
import { keepRejected, type RejectedEvent } from './keep-rejected.js';
import type { Minimise } from './minimise/create-minimise.js';
import { type HonouredSignals, type PrivacyHeaders, signalledConsent, withSignals } from './privacy-signals.js';
import { createRefuseErased, type IsErased } from './refuse-erased.js';
import type { QueueName, SeenEvents } from './seen-events.js';
import { encodeNotes, type SeenNote } from './seen-note.js';

/** What the request tells beside the body. */
export interface Delivery {
  readonly workspaceId: string;
  /** Whether the key may send history. */
  readonly mayBeHistorical: boolean;
  readonly userAgent: string;
  /** The sender's network, already cut. */
  readonly ipPrefix: string;
  /** What they tell of a browser; nothing of theirs is kept. */
  readonly headers?: BrowserHeaders & PrivacyHeaders;
  readonly receivedAt: EpochMs;
}

/** New events of one batch, and what they share. */
export interface AcceptedEvents {
  readonly batch: {
    readonly workspaceId: string;
    readonly batchId: string;
    readonly context: Envelope['context'];
    readonly receivedAt: EpochMs;
    readonly clockSkewMs: number;
    readonly userAgent: string;
    readonly isBot: boolean;
    /** What was found out about the sender; absent where nobody looked. */
    readonly client?: Client;
    readonly ipPrefix: string;
    readonly historical: boolean;
  };
  readonly rows: readonly { readonly event: TrackedEvent; readonly correctedAt: EpochMs }[];
}

export interface AcceptOptions {
  readonly checkEnvelope: (value: unknown) => EnvelopeVerdict;
  readonly checkEvent: (value: unknown) => EventVerdict;
  /** Takes out what nobody asked for, before anything is encoded. */
  readonly minimise: Minimise;
  readonly describeClient: DescribeClient;
  readonly seen: SeenEvents;
  /** Which signals of browsers speak for their people; Global Privacy Control unless told otherwise. */
  readonly honour?: HonouredSignals;
  /** Whether an id of a visitor or user is of somebody who was erased; nobody is unless told. */
  readonly isErased?: IsErased;
  /** Workspaces whose visitors are told apart by the day; none is unless told. */
  readonly cookieless?: Cookieless;
  readonly wal: { append(records: readonly WalRecord[]): Promise<void>; barrier(): Promise<void> };
  /** How rows are written is the store's matter; acceptance knows no table. */
  readonly encode: {
    accepted(events: AcceptedEvents, note: Uint8Array): WalRecord;
    rejected(events: readonly RejectedEvent[], note: Uint8Array): WalRecord;
  };
  /** Told of new events once they are durable. */
  readonly onAccepted: (accepted: AcceptedEvents) => void;
  /** Told of events that were taken before and are durable, of who may be watched over; nobody is unless there is somebody to tell. */
  readonly onCopies?: (copies: DeliveredCopies) => void;
}

export interface Acceptance {
  readonly ack: Ack;
  /** Who sent it, where that may be remembered: not for history, and not against the visitor's word. */
  readonly visitorId: VisitorId | undefined;
}

export type AcceptBatch = (body: DecodedBody, delivery: Delivery) => Promise<Acceptance>;

const NO_NOTE = new Uint8Array(0);

/**
 * Takes a batch: what is good and new goes to disk, what is bad goes to disk with its reason, what is a copy is
 * recognised; then, and only then, it is acknowledged.
 */
export function createAcceptBatch(options: AcceptOptions): AcceptBatch {
  return async (body, delivery) => {
    const sent = readEnvelope(body.value, delivery, options.checkEnvelope);
    // A server's own headers say nothing of the people whom its events are about.
    const headers = delivery.mayBeHistorical ? undefined : delivery.headers;
    const signalled = signalledConsent(headers, options.honour ?? { gpc: true, dnt: false });
    // Where nothing is derived there is no pause before the claim: batches are claimed in the order in which they came.
    const salt = saltFor(options.cookieless, delivery);
    const visitorId = salt && deriveVisitor(await salt, delivery);
    const context = { ...withSignals(sent.context, signalled), ...(visitorId && { visitorId }) };
    const envelope = { ...sent, context };
    const minimise = options.minimise(delivery.workspaceId, context.appId, [context, ...envelope.events]);
    const minimiser = visitorId ? withVisitor(minimise, visitorId) : minimise;
    const erased = createRefuseErased(options.isErased, delivery.workspaceId);
    const sender = erased.context(sent.context) ?? erased.context(context); // by the ids as they came
    minimiser.fields(context);
    const { good, rejections, told } = judgeEvents(
      envelope.events,
      options.checkEvent,
      (value) => sender ?? erased.event(value),
    );
    // From the claim to the append there is no await: a copy that comes meanwhile finds the original already on its way.
    const claim = options.seen.claim(
      queueOf(envelope, delivery),
      good.map(({ event }) => event.seq),
      told,
    );
    const fresh = good.filter((_, at) => claim.verdicts[at] === 'new').map(({ event }) => event);
    const duplicate = claim.verdicts.filter((verdict) => verdict === 'seen').length;
    for (const [at, { event, index }] of good.entries()) {
      if (claim.verdicts[at] === 'refused') rejections.push(tooManyGaps(event, index));
    }
    // Copies wait for their originals, which may be on their way to the disk just now, and fail with them.
    const originals = duplicate > 0 ? options.wal.barrier() : Promise.resolve();
    originals.catch(() => undefined); // told below, once what is new has come to its own end
    let accepted: AcceptedEvents | undefined;
    try {
      const records: WalRecord[] = [];
      let note = saysNothing(claim.note) ? NO_NOTE : encodeNotes([claim.note]);
      if (fresh.length > 0) {
        for (const event of fresh) minimiser.fields(event);
        accepted = describe(fresh, envelope, delivery, options.describeClient);
        records.push(options.encode.accepted(accepted, note));
        note = NO_NOTE; // both records are in one commit: one carries it
      }
      if (rejections.length > 0) {
        records.push(options.encode.rejected(keepRejected(rejections, body, envelope, delivery, minimiser), note));
      }
      if (records.length > 0) await options.wal.append(records);
    } catch (error) {
      claim.release();
      throw error;
    }
    claim.confirm();
    if (accepted) options.onAccepted(accepted);
    await originals;
    if (duplicate > 0 && isWatched(envelope)) options.onCopies?.(describeCopies(good, claim, context, delivery));
    return {
      ack: {
        batchId: envelope.batchId,
        accepted: fresh.length,
        duplicate,
        rejected: rejections,
        serverTimeMs: delivery.receivedAt,
      },
      visitorId: sender || visitorId ? undefined : rememberedVisitor(envelope),
    };
  };
}

/** @returns undefined where the batch's own visitor holds: in other workspaces, and of servers, which send what others did. */
function saltFor(cookieless: Cookieless | undefined, delivery: Delivery): Promise<Buffer> | undefined {
  if (delivery.mayBeHistorical || !cookieless?.isOn(delivery.workspaceId)) return undefined;
  return cookieless.saltAt(delivery.receivedAt);
}

function saysNothing({ seqs, rejected }: SeenNote): boolean {
  return seqs.length === 0 && rejected.length === 0;
}

function rememberedVisitor({ context, historical }: Envelope): VisitorId | undefined {
  return historical || context.consent?.analytics === 'denied' ? undefined : context.visitorId;
}

function queueOf({ context, historical }: Envelope, { workspaceId }: Delivery): QueueName {
  return { workspaceId, queueId: context.queueId, permanent: historical === true };
}

function tooManyGaps({ eventId }: TrackedEvent, index: number): Rejection {
  return { index, eventId, reason: 'out_of_range', field: 'seq' };
}

function readEnvelope(body: unknown, delivery: Delivery, check: AcceptOptions['checkEnvelope']): Envelope {
  const verdict = check(body);
  if (verdict.kind === 'bad') {
    const { field, reason } = verdict.fault;
    throw new HttpProblem('invalid_batch', `The batch cannot be read: ${field || 'body'}: ${reason}.`, { field });
  }
  if (verdict.envelope.historical && !delivery.mayBeHistorical) {
    throw new HttpProblem('forbidden', 'Only a secret key may send history.', { field: 'historical' });
  }
  return verdict.envelope;
}

function describe(
  events: readonly TrackedEvent[],
  envelope: Envelope,
  delivery: Delivery,
  describeClient: DescribeClient,
): AcceptedEvents {
  const { workspaceId, receivedAt } = delivery;
  const historical = envelope.historical === true;
  const ipPrefix = historical ? '' : delivery.ipPrefix; // history is sent by a server, not by whom it is about
  const skewMs = historical ? 0 : clockSkewMs(envelope.sentAt, receivedAt, envelope.context);
  const sender = {
    userAgent: delivery.userAgent,
    ipPrefix,
    headers: delivery.mayBeHistorical ? undefined : delivery.headers,
  }; // a server's own
  const client = describeClient(envelope.context, sender);
  return {
    batch: {
      workspaceId,
      batchId: envelope.batchId,
      context: envelope.context,
      receivedAt,
      clockSkewMs: skewMs,
      userAgent: client.userAgent,
      isBot: client.isBot,
      client,
      ipPrefix,
      historical,
    },
    rows: events.map((event) => ({
      event,
      correctedAt: historical ? event.occurredAt : correctedTime(event.occurredAt, skewMs, receivedAt),
    })),
  };
}
