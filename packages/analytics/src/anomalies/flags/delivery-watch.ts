import { type CandidateFlag, type FlagKind, makeFlag } from './flag.js';
import type { RiskDelivery, RiskEvent } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Numbers that never came. What is merely late comes within seconds: of two batches the later may win. */
const MISSING_LEAST = 10;
const MISSING_MS = 60_000;
/** Devices whose numbers are waited for. */
const WAITING_MAX = 2_000;
/** A day in a tunnel is rare; a phone is offline for an hour or two. */
const LATE_MS = 6 * HOUR_MS;
/** Phones keep time to seconds, desktops to minutes. */
const SKEW_MS = 30 * 60_000;
/** So many events must say the same. */
const EVENTS_LEAST = 5;
/** One event that comes a third and a fourth time: a lost answer makes for a second. */
const COPIES_LEAST = 3;
/** A retry comes within minutes; what comes again after an hour was kept. */
const OLD_COPY_MS = HOUR_MS;

/** How one device delivers. Plain data. */
export interface DeviceDelivery {
  nextSeq: number;
  /** Numbers passed over, and when. */
  missing: number;
  missedMs: number;
  late: number;
  skewed: number;
  mistyped: number;
  /** The copy that is counted, and how often it came. */
  copySeq: number;
  copies: number;
  oldCopies: number;
  /** When each was last told. */
  told: Partial<Record<Fault, number>>;
}

/** Devices of which numbers are missing, and since when by the collector's clock; the longest first. Plain data. */
export type Waiting = [deviceId: string, receivedMs: number][];

type Fault = 'seq_gap' | 'late' | 'skew' | 'schema' | 'duplicates' | 'old_copies';

export function newDeviceDelivery(): DeviceDelivery {
  return {
    nextSeq: -1,
    missing: 0,
    missedMs: 0,
    late: 0,
    skewed: 0,
    mistyped: 0,
    copySeq: -1,
    copies: 0,
    oldCopies: 0,
    told: {},
  };
}

/**
 * Finds devices whose events cannot be relied on: numbers that never came, late, by a wrong clock, of wrong types, sent over and
 * over; and such as are sent again hours later, which is a replay.
 *
 * @param own - of the event's device; takes the event in.
 * @param waiting - devices of which numbers are missing, see {@link findGap}.
 */
export function findDeliveryFault(
  own: DeviceDelivery,
  event: RiskEvent,
  delivery: RiskDelivery,
  waiting: Waiting,
): CandidateFlag | undefined {
  if (delivery.isCopy) return findCopies(own, event, delivery);
  const { atMs } = event;
  if (passesOver(own, atMs, delivery.seq)) {
    waiting.push([event.deviceId, delivery.receivedMs]);
    if (waiting.length > WAITING_MAX) waiting.shift();
  }
  const lateMs = delivery.receivedMs - atMs;
  own.late = lateMs >= LATE_MS ? own.late + 1 : 0;
  if (own.late === EVENTS_LEAST) {
    return tell(
      own,
      event,
      delivery.receivedMs,
      'late',
      lateMs / HOUR_MS,
      LATE_MS / HOUR_MS,
      'hours until an event came',
      `Events come ${(lateMs / HOUR_MS).toFixed(1)} hours after they happened.`,
    );
  }
  own.skewed = Math.abs(delivery.skewMs) >= SKEW_MS ? own.skewed + 1 : 0;
  if (own.skewed === EVENTS_LEAST) {
    const minutes = Math.round(delivery.skewMs / 60_000);
    return tell(
      own,
      event,
      delivery.receivedMs,
      'skew',
      Math.abs(minutes),
      SKEW_MS / 60_000,
      'minutes that the clock is off',
      `The device's clock is off by ${minutes} minutes.`,
    );
  }
  if (!delivery.isMistyped) return undefined;
  own.mistyped++;
  if (own.mistyped < EVENTS_LEAST) return undefined;
  return tell(
    own,
    event,
    delivery.receivedMs,
    'schema',
    own.mistyped,
    EVENTS_LEAST - 1,
    'fields of another type than elsewhere',
    `${own.mistyped} events carry a field of another type than everywhere else.`,
  );
}

/** Whether numbers are missing that were not before. */
function passesOver(own: DeviceDelivery, atMs: number, seq: number): boolean {
  if (own.nextSeq < 0) own.nextSeq = seq;
  if (seq < own.nextSeq) {
    own.missing = Math.max(0, own.missing - 1); // it was late
    return false;
  }
  const before = own.missing;
  own.missing += seq - own.nextSeq;
  own.missedMs = seq > own.nextSeq ? atMs : own.missedMs;
  own.nextSeq = seq + 1;
  return before < MISSING_LEAST && own.missing >= MISSING_LEAST;
}

/**
 * Tells a device whose numbers have been missing for a minute, with whatever event comes then.
 *
 * @param deliveryOf - of a device that is still known.
 */
export function findGap(
  waiting: Waiting,
  event: RiskEvent,
  { receivedMs }: RiskDelivery,
  deliveryOf: (deviceId: string) => DeviceDelivery | undefined,
): CandidateFlag | undefined {
  const [first] = waiting;
  if (!first || receivedMs - first[1] < MISSING_MS) return undefined;
  waiting.shift();
  const [deviceId] = first;
  const own = deliveryOf(deviceId);
  if (!own || own.missing < MISSING_LEAST) return undefined;
  const { missing } = own;
  own.missing = 0;
  return tell(
    own,
    { ...event, deviceId },
    receivedMs,
    'seq_gap',
    missing,
    MISSING_LEAST - 1,
    'events that never came',
    `${missing} numbers of this device's events never came.`,
  );
}

function findCopies(own: DeviceDelivery, event: RiskEvent, delivery: RiskDelivery): CandidateFlag | undefined {
  if (delivery.receivedMs - event.atMs > OLD_COPY_MS) {
    own.oldCopies++;
    if (own.oldCopies < EVENTS_LEAST) return undefined;
    return tell(
      own,
      event,
      delivery.receivedMs,
      'old_copies',
      own.oldCopies,
      EVENTS_LEAST - 1,
      'events sent again after more than an hour',
      `${own.oldCopies} events came again more than an hour after they happened.`,
    );
  }
  if (own.copySeq < 0 || delivery.seq < own.copySeq || own.copies === 0) {
    own.copySeq = delivery.seq;
    own.copies = 0;
  }
  if (delivery.seq !== own.copySeq) return undefined;
  own.copies++;
  if (own.copies < COPIES_LEAST) return undefined;
  const told = tell(
    own,
    event,
    delivery.receivedMs,
    'duplicates',
    own.copies,
    COPIES_LEAST - 1,
    'copies of one event',
    `The same events came ${own.copies + 1} times within the hour.`,
  );
  own.copies = 0;
  return told;
}

/** Once a day for each device and fault. */
function tell(
  own: DeviceDelivery,
  { atMs, deviceId }: RiskEvent,
  receivedMs: number,
  fault: Fault,
  observed: number,
  limit: number,
  metric: string,
  text: string,
): CandidateFlag | undefined {
  const toldMs = own.told[fault];
  if (toldMs !== undefined && Math.abs(atMs - toldMs) < DAY_MS) return undefined;
  own.told[fault] = atMs;
  own.mistyped = 0;
  own.oldCopies = 0;
  const kind: FlagKind = fault === 'old_copies' ? 'replayed_stream' : 'data_quality';
  return makeFlag(
    {
      kind,
      entityKind: 'device',
      entityId: deviceId,
      firstMs: fault === 'seq_gap' ? Math.min(own.missedMs, atMs) : receivedMs,
      lastMs: Math.max(receivedMs, atMs),
      windowMs: DAY_MS,
      // One device in ten thousand does so by itself; more of it is rarer.
      surprise: Math.log(1e4) + Math.log(Math.max(1, observed / Math.max(1, limit))),
      evidence: [
        {
          metric,
          observed,
          expectedLow: 0,
          expectedHigh: limit,
          baselineSpanMs: 0,
          n: Math.max(1, Math.round(observed)),
        },
      ],
      reasons: [{ code: fault === 'old_copies' ? 'same_events' : fault, text }],
    },
    VERSION,
  );
}
