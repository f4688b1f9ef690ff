import { type DeliveryFault, type ToldFaults, tellFault } from './delivery-fault.js';
import type { CandidateFlag } from './flag.js';
import type { RiskCopies, RiskLeftOut } from './risk-event.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So many events must be at fault. */
const EVENTS_LEAST = 5;
/** One event that comes a third and a fourth time: a lost answer makes for a second. */
const COPIES_LEAST = 3;
/**
 * Two full batches: a page that ended, or slept, can have left unanswered the one that was on its way and what its tabs sent as
 * they ended. All of it comes again when the page is next looked at, days later, once.
 */
export const KEPT_MOST = 100;
/** The answer to a copy may be lost as well, and the page end once more: the same events come a second time, hardly a third. */
const PASSES_LEAST = 3;

/** A device has one queue, or one for each of its surfaces; where nothing can be stored, each page has its own. */
const QUEUES_MAX = 4;

/** What was left out of a device's deliveries. Plain data. */
export interface LeftOut {
  /** Of wrong types, within a day. */
  mistyped?: { fromMs: number; n: number };
  /** Of the queues that sent copies last, the latest at the end. */
  queues?: [queueId: string, copies: QueueCopies][];
}

interface QueueCopies {
  /** The event with the lowest number that came again within the hour, and how often. */
  copied?: { fromMs: number; seq: number; n: number };
  /** Events that had been kept: how many others came one after another, up to which number. */
  kept?: { fromMs: number; lastMs: number; upTo: number; n: number };
  /** The first of the lowest stretch of these, and in how many passes, an hour apart, it came again. */
  repeated?: { fromMs: number; lastMs: number; seq: number; passes: number };
}

/**
 * Finds devices whose events are refused for their types, that send the same ones over and over, or again long after they were
 * taken, which is a replay.
 *
 * @param known - of the device; takes in what was left out.
 */
export function findLeftOut(
  known: LeftOut,
  told: ToldFaults,
  deviceId: string,
  { receivedMs, mistyped = 0, copies }: RiskLeftOut,
): CandidateFlag[] {
  const found: CandidateFlag[] = [];
  const tell = (
    fault: DeliveryFault,
    firstMs: number,
    metric: string,
    observed: number,
    limit: number,
    text: string,
  ) => {
    const fields = { deviceId, fault, firstMs, lastMs: receivedMs, metric, observed, limit, text };
    const flag = tellFault(told, receivedMs, fields);
    if (flag) found.push(flag);
  };
  if (mistyped > 0) {
    const { fromMs, n } = countMistyped(known, receivedMs, mistyped);
    if (n >= EVENTS_LEAST) {
      const text = `${n} events were refused, since a field is of another type than it must be.`;
      tell('schema', fromMs, 'events of wrong types', n, EVENTS_LEAST - 1, text);
    }
  }
  if (!copies) return found;
  const queue = queueOf(known, copies.queueId);
  const { fromMs, n } = countCopied(queue, receivedMs, copies);
  if (n >= COPIES_LEAST) {
    const text = `The same events came again ${n} times within the hour.`;
    tell('duplicates', fromMs, 'copies of one event', n, COPIES_LEAST - 1, text);
  }
  if (copies.kept === 0) return found;
  const pass = countKept(queue, receivedMs, copies);
  const repeated = countPasses(queue, receivedMs, copies);
  if (pass.n > KEPT_MOST) {
    const text = `${pass.n} events came again more than an hour after they were taken.`;
    tell('same_events', pass.fromMs, 'events sent again after more than an hour', pass.n, KEPT_MOST, text);
  } else if (repeated && repeated.passes >= PASSES_LEAST) {
    const text = `The same events came again ${repeated.passes} times, each more than an hour after the time before.`;
    tell('same_events', repeated.fromMs, 'times the same events came again', repeated.passes, PASSES_LEAST - 1, text);
  }
  return found;
}

function countMistyped(known: LeftOut, receivedMs: number, n: number) {
  const before = known.mistyped;
  const isOver = !before || receivedMs - before.fromMs >= DAY_MS; // now and then one is at fault everywhere
  known.mistyped = isOver ? { fromMs: receivedMs, n } : { ...before, n: before.n + n };
  return known.mistyped;
}

function queueOf(known: LeftOut, queueId: string): QueueCopies {
  const before = known.queues ?? [];
  const queue = before.find(([id]) => id === queueId) ?? [queueId, {}];
  known.queues = [...before.filter((one) => one !== queue), queue].slice(-QUEUES_MAX);
  return queue[1];
}

function countCopied(known: QueueCopies, receivedMs: number, { first, times }: RiskCopies) {
  const before = known.copied;
  const isOther = !before || receivedMs - before.fromMs >= HOUR_MS || first < before.seq;
  if (isOther) known.copied = { fromMs: receivedMs, seq: first, n: times };
  else if (first === before.seq) before.n += times;
  return known.copied ?? { fromMs: receivedMs, n: 0 };
}

/** Each number of a pass once: an answer may be lost more than once. */
function countKept(known: QueueCopies, receivedMs: number, { first, keptLast, kept }: RiskCopies) {
  const before = known.kept;
  if (!before || receivedMs - before.lastMs >= HOUR_MS) {
    known.kept = { fromMs: receivedMs, lastMs: receivedMs, upTo: keptLast, n: kept };
    return known.kept;
  }
  before.n += Math.max(0, Math.min(kept, keptLast - Math.max(before.upTo, first - 1)));
  before.upTo = Math.max(before.upTo, keptLast);
  before.lastMs = receivedMs;
  return before;
}

function countPasses(known: QueueCopies, receivedMs: number, { first, kept }: RiskCopies) {
  const before = known.repeated;
  if (before && first === before.seq) {
    if (receivedMs - before.lastMs < HOUR_MS) return before;
    before.passes++;
    before.lastMs = receivedMs;
    return before;
  }
  const isOther = !before || first < before.seq || receivedMs - before.lastMs >= DAY_MS;
  if (isOther && kept >= EVENTS_LEAST) {
    known.repeated = { fromMs: receivedMs, lastMs: receivedMs, seq: first, passes: 1 };
  }
  return undefined;
}
