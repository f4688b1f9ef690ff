import { type CandidateFlag, makeFlag } from './flag.js';
import type { FlagKind } from './flag-kind.js';
import { nameNumbers } from './number-rows.js';
import type { RiskDelivery, RiskEvent } from './risk-event.js';

const VERSION = 2;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Numbers that never came, each within an hour of the one before. What is merely late comes within seconds: of two batches the later may win. */
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

/**
 * How one device delivers, as part of its row: numbers passed over, and when; `copySeq` is the copy that is counted, `copies` how
 * often it came.
 */
export const DELIVERY = nameNumbers({
  nextSeq: -1,
  missing: 0,
  missedMs: 0,
  late: 0,
  skewed: 0,
  mistyped: 0,
  copySeq: -1,
  copies: 0,
  oldCopies: 0,
});
const [NEXT_SEQ, MISSING, MISSED, LATE, SKEWED, MISTYPED, COPY_SEQ, COPIES, OLD_COPIES] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;

/** When each fault of a device was last told. Plain data. */
export type ToldFaults = Partial<Record<Fault, number>>;

/** One device's {@link DELIVERY}, and what was told of it. */
export interface Deliverer {
  readonly numbers: Float64Array;
  readonly at: number;
  readonly told: () => ToldFaults;
}

/** Devices of which numbers are missing, and since when by the collector's clock; the longest first. Plain data. */
export type Waiting = [deviceId: string, receivedMs: number][];

type Fault = 'seq_gap' | 'late' | 'skew' | 'schema' | 'duplicates' | 'old_copies';

/**
 * Finds devices whose events cannot be relied on: numbers that never came, late, by a wrong clock, of wrong types, sent over and
 * over; and such as are sent again hours later, which is a replay.
 *
 * @param numbers - rows, of which that of the event's device has {@link DELIVERY} from `at` on; takes the event in.
 * @param toldOf - of the device of such a row.
 * @param waiting - devices of which numbers are missing, see {@link findGap}.
 */
export function findDeliveryFault(
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
  delivery: RiskDelivery,
  toldOf: (at: number) => ToldFaults,
  waiting: Waiting,
): CandidateFlag | undefined {
  const { atMs } = event;
  const { receivedMs, skewMs } = delivery;
  const lateMs = receivedMs - atMs;
  if (!delivery.isCopy) {
    if (passesOver(numbers, at, atMs, delivery.seq)) {
      waiting.push([event.deviceId, receivedMs]);
      if (waiting.length > WAITING_MAX) waiting.shift();
    }
    const late = lateMs >= LATE_MS ? (numbers[at + LATE] ?? 0) + 1 : 0;
    numbers[at + LATE] = late;
    if (late !== EVENTS_LEAST) {
      const skewed = Math.abs(skewMs) >= SKEW_MS ? (numbers[at + SKEWED] ?? 0) + 1 : 0;
      numbers[at + SKEWED] = skewed;
      if (skewed !== EVENTS_LEAST && !delivery.isMistyped) return undefined;
    }
  }
  const own: Deliverer = { numbers, at, told: () => toldOf(at) };
  if (delivery.isCopy) return findCopies(own, event, delivery);
  if (numbers[at + LATE] === EVENTS_LEAST) {
    return tell(
      own,
      event,
      receivedMs,
      'late',
      lateMs / HOUR_MS,
      LATE_MS / HOUR_MS,
      'hours until an event came',
      `Events come ${(lateMs / HOUR_MS).toFixed(1)} hours after they happened.`,
    );
  }
  if (numbers[at + SKEWED] === EVENTS_LEAST) {
    const minutes = Math.round(skewMs / 60_000);
    return tell(
      own,
      event,
      receivedMs,
      'skew',
      Math.abs(minutes),
      SKEW_MS / 60_000,
      'minutes that the clock is off',
      `The device's clock is off by ${minutes} minutes.`,
    );
  }
  return findMistyped(own, event, receivedMs);
}

function findMistyped(own: Deliverer, event: RiskEvent, receivedMs: number): CandidateFlag | undefined {
  const { numbers, at } = own;
  const mistyped = (numbers[at + MISTYPED] ?? 0) + 1;
  numbers[at + MISTYPED] = mistyped;
  if (mistyped < EVENTS_LEAST) return undefined;
  return tell(
    own,
    event,
    receivedMs,
    'schema',
    mistyped,
    EVENTS_LEAST - 1,
    'fields of another type than elsewhere',
    `${mistyped} events carry a field of another type than everywhere else.`,
  );
}

/** Whether numbers are missing that were not before. */
function passesOver(numbers: Float64Array, at: number, atMs: number, seq: number): boolean {
  let next = numbers[at + NEXT_SEQ] ?? -1;
  if (next < 0) next = seq;
  const isStale = atMs - (numbers[at + MISSED] ?? 0) > HOUR_MS; // now and then one is refused, or lost with a phone's battery
  const before = isStale ? 0 : (numbers[at + MISSING] ?? 0);
  if (seq < next) {
    numbers[at + NEXT_SEQ] = next;
    numbers[at + MISSING] = Math.max(0, before - 1); // it was late
    return false;
  }
  if (seq > next) {
    numbers[at + MISSING] = before + seq - next;
    numbers[at + MISSED] = atMs;
  }
  numbers[at + NEXT_SEQ] = seq + 1;
  return before < MISSING_LEAST && before + seq - next >= MISSING_LEAST;
}

/**
 * Tells a device whose numbers have been missing for a minute, with whatever event comes then.
 *
 * @param deviceOf - one that is still known.
 */
export function findGap(
  waiting: Waiting,
  event: RiskEvent,
  { receivedMs }: RiskDelivery,
  deviceOf: (deviceId: string) => Deliverer | undefined,
): CandidateFlag | undefined {
  const [first] = waiting;
  if (!first || receivedMs - first[1] < MISSING_MS) return undefined;
  waiting.shift();
  const [deviceId] = first;
  const own = deviceOf(deviceId);
  const missing = own ? (own.numbers[own.at + MISSING] ?? 0) : 0;
  if (!own || missing < MISSING_LEAST) return undefined;
  own.numbers[own.at + MISSING] = 0;
  return tell(
    own,
    { ...event, deviceId },
    receivedMs,
    'seq_gap',
    missing,
    MISSING_LEAST - 1,
    'events that are not there',
    `${missing} numbers of this device's events are not there: they never came, or were refused.`,
  );
}

function findCopies(own: Deliverer, event: RiskEvent, delivery: RiskDelivery): CandidateFlag | undefined {
  const { numbers, at } = own;
  if (delivery.receivedMs - event.atMs > OLD_COPY_MS) {
    const oldCopies = (numbers[at + OLD_COPIES] ?? 0) + 1;
    numbers[at + OLD_COPIES] = oldCopies;
    if (oldCopies < EVENTS_LEAST) return undefined;
    return tell(
      own,
      event,
      delivery.receivedMs,
      'old_copies',
      oldCopies,
      EVENTS_LEAST - 1,
      'events sent again after more than an hour',
      `${oldCopies} events came again more than an hour after they happened.`,
    );
  }
  const copySeq = numbers[at + COPY_SEQ] ?? -1;
  if (copySeq < 0 || delivery.seq < copySeq || numbers[at + COPIES] === 0) {
    numbers[at + COPY_SEQ] = delivery.seq;
    numbers[at + COPIES] = 0;
  }
  if (delivery.seq !== numbers[at + COPY_SEQ]) return undefined;
  const copies = (numbers[at + COPIES] ?? 0) + 1;
  numbers[at + COPIES] = copies;
  if (copies < COPIES_LEAST) return undefined;
  const told = tell(
    own,
    event,
    delivery.receivedMs,
    'duplicates',
    copies,
    COPIES_LEAST - 1,
    'copies of one event',
    `The same events came ${copies + 1} times within the hour.`,
  );
  numbers[at + COPIES] = 0;
  return told;
}

/** Once a day for each device and fault. */
function tell(
  { numbers, at, told }: Deliverer,
  { atMs, deviceId }: RiskEvent,
  receivedMs: number,
  fault: Fault,
  observed: number,
  limit: number,
  metric: string,
  text: string,
): CandidateFlag | undefined {
  const toldMs = told()[fault];
  if (toldMs !== undefined && Math.abs(atMs - toldMs) < DAY_MS) return undefined;
  told()[fault] = atMs;
  numbers[at + MISTYPED] = 0;
  numbers[at + OLD_COPIES] = 0;
  const kind: FlagKind = fault === 'old_copies' ? 'replayed_stream' : 'data_quality';
  return makeFlag(
    {
      kind,
      entityKind: 'device',
      entityId: deviceId,
      firstMs: fault === 'seq_gap' ? Math.min(numbers[at + MISSED] ?? 0, atMs) : receivedMs,
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
