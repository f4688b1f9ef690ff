import { type ToldFaults, tellFault } from './delivery-fault.js';
import type { CandidateFlag } from './flag.js';
import { nameNumbers } from './number-rows.js';
import type { RiskDelivery, RiskEvent } from './risk-event.js';

const HOUR_MS = 3_600_000;
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

/** How one device delivers, as part of its row: numbers passed over, and when. */
export const DELIVERY = nameNumbers({ nextSeq: -1, missing: 0, missedMs: 0, late: 0, skewed: 0 });
const [NEXT_SEQ, MISSING, MISSED, LATE, SKEWED] = [0, 1, 2, 3, 4] as const;

/** One device's {@link DELIVERY}, and what was told of it. */
export interface Deliverer {
  readonly numbers: Float64Array;
  readonly at: number;
  readonly told: () => ToldFaults;
}

/** Devices of which numbers are missing, and since when by the collector's clock; the longest first. Plain data. */
export type Waiting = [deviceId: string, receivedMs: number][];

/**
 * Finds devices whose events cannot be relied on: numbers that never came, late, by a wrong clock.
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
  const { atMs, deviceId } = event;
  const { receivedMs, skewMs } = delivery;
  const lateMs = receivedMs - atMs;
  if (passesOver(numbers, at, atMs, delivery.seq)) {
    waiting.push([deviceId, receivedMs]);
    if (waiting.length > WAITING_MAX) waiting.shift();
  }
  const late = lateMs >= LATE_MS ? (numbers[at + LATE] ?? 0) + 1 : 0;
  numbers[at + LATE] = late;
  if (late === EVENTS_LEAST) {
    return tellFault(toldOf(at), atMs, {
      deviceId,
      firstMs: receivedMs,
      lastMs: receivedMs,
      fault: 'late',
      metric: 'hours until an event came',
      observed: lateMs / HOUR_MS,
      limit: LATE_MS / HOUR_MS,
      text: `Events come ${(lateMs / HOUR_MS).toFixed(1)} hours after they happened.`,
    });
  }
  const skewed = Math.abs(skewMs) >= SKEW_MS ? (numbers[at + SKEWED] ?? 0) + 1 : 0;
  numbers[at + SKEWED] = skewed;
  if (skewed !== EVENTS_LEAST) return undefined;
  const minutes = Math.round(skewMs / 60_000);
  return tellFault(toldOf(at), atMs, {
    deviceId,
    firstMs: receivedMs,
    lastMs: Math.max(receivedMs, atMs),
    fault: 'skew',
    metric: 'minutes that the clock is off',
    observed: Math.abs(minutes),
    limit: SKEW_MS / 60_000,
    text: `The device's clock is off by ${minutes} minutes.`,
  });
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
  const { atMs } = event;
  return tellFault(own.told(), atMs, {
    deviceId,
    fault: 'seq_gap',
    firstMs: Math.min(own.numbers[own.at + MISSED] ?? 0, atMs),
    lastMs: Math.max(receivedMs, atMs),
    metric: 'events that are not there',
    observed: missing,
    limit: MISSING_LEAST - 1,
    text: `${missing} numbers of this device's events are not there: they never came, or were refused.`,
  });
}
