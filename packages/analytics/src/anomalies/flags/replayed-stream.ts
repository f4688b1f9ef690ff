import { type CandidateFlag, makeFlag } from './flag.js';
import { fieldOf, loadNumbers, nameNumbers } from './number-rows.js';
import type { PrintTable } from './print-table.js';
import type { RiskAction, RiskEvent } from './risk-event.js';

const VERSION = 2;
const DAY_MS = 86_400_000;
/** Events whose order and gaps must agree. With gaps in milliseconds two people never agree on so many. */
const LENGTH = 8;
/** Gaps that tell apart: a stream of all but simultaneous events is alike everywhere (a page that loads). */
const TELLING_GAP_MS = 250;
const TELLING_GAPS_LEAST = 5;
/** The last events of one device, as part of its row. A long replay is one flag a day: `toldMs`. */
const TAIL = nameNumbers({ lastMs: -1, toldMs: -DAY_MS, at: 0, telling: 0 });
const [LAST, TOLD, NEXT, TELLING] = [0, 1, 2, 3] as const;
/** How many there are; action and gap of each in one number, and its gap, the latest overwriting the oldest. */
const COUNT = TAIL.first.length;
const STEPS = COUNT + 1;
const GAPS = STEPS + LENGTH;
export const FIRST_TAIL: readonly number[] = [...TAIL.first, 0, ...new Array<number>(2 * LENGTH).fill(0)];

/**
 * Finds streams of events that are copies of another device's, to the millisecond: replayed, or made by one machine.
 *
 * @param numbers - rows, of which that of the event's device has {@link FIRST_TAIL} from `at` on; takes the event in.
 */
export function findReplayedStream(
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
  prints: PrintTable,
): CandidateFlag | undefined {
  const { atMs, action, deviceId } = event;
  const lastMs = numbers[at + LAST] ?? -1;
  const gap = lastMs < 0 ? 0 : atMs - lastMs;
  numbers[at + LAST] = atMs;
  push(numbers, at, gap, CODES[action] ^ Math.trunc(gap));
  if ((numbers[at + COUNT] ?? 0) < LENGTH || (numbers[at + TELLING] ?? 0) < TELLING_GAPS_LEAST) return undefined;
  const mark = printOf(numbers, at);
  if (mark === undefined) return undefined;
  const original = prints.firstWith(mark, deviceId);
  // A device that repeats itself is a clock, which another detector finds.
  if (original === deviceId || atMs - (numbers[at + TOLD] ?? 0) < DAY_MS) return undefined;
  numbers[at + TOLD] = atMs;
  return flagOf(event, original, numbers, at);
}

export function saveTail(numbers: Float64Array, at: number): Readonly<Record<string, number | readonly number[]>> {
  const n = numbers[at + COUNT] ?? 0;
  const list = (from: number) => Array.from(numbers.subarray(at + from, at + from + n));
  return { ...TAIL.save(numbers, at), steps: list(STEPS), gaps: list(GAPS) };
}

export function loadTail(plain: unknown, numbers: Float64Array, at: number): void {
  const [steps, gaps] = [fieldOf(plain, 'steps'), fieldOf(plain, 'gaps')];
  if (!Array.isArray(steps) || !Array.isArray(gaps)) return;
  TAIL.load(plain, numbers, at);
  loadNumbers(steps.slice(0, LENGTH), numbers, at + STEPS);
  loadNumbers(gaps.slice(0, LENGTH), numbers, at + GAPS);
  numbers[at + COUNT] = Math.min(LENGTH, gaps.length);
}

/** Bits that no gap between two actions reaches tell the actions apart. */
const CODES: Readonly<Record<RiskAction, number>> = {
  interaction: 1 << 26,
  view: 2 << 26,
  login: 3 << 26,
  login_failed: 4 << 26,
  order: 5 << 26,
  order_cancelled: 6 << 26,
  sensitive: 7 << 26,
  passive: 8 << 26,
};

function push(numbers: Float64Array, at: number, gap: number, step: number): void {
  const n = numbers[at + COUNT] ?? 0;
  let place = n;
  if (n < LENGTH) numbers[at + COUNT] = n + 1;
  else {
    place = numbers[at + NEXT] ?? 0;
    numbers[at + NEXT] = place + 1 === LENGTH ? 0 : place + 1;
    if ((numbers[at + GAPS + place] ?? 0) >= TELLING_GAP_MS) numbers[at + TELLING] = (numbers[at + TELLING] ?? 0) - 1;
  }
  numbers[at + STEPS + place] = step;
  numbers[at + GAPS + place] = gap;
  if (gap >= TELLING_GAP_MS) numbers[at + TELLING] = (numbers[at + TELLING] ?? 0) + 1;
}

/**
 * 53 bits: among 200,000 prints two differing ones are alike once in a million runs. By its content every other stretch has
 * none, the same ones in a copy: half the cost, and a copy is found an event or two later.
 *
 * @see S. Schleimer et al., "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003.
 */
function printOf(numbers: Float64Array, at: number): number | undefined {
  const next = numbers[at + NEXT] ?? 0;
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < LENGTH; i++) {
    const place = next + i;
    const step = numbers[at + STEPS + (place < LENGTH ? place : place - LENGTH)] ?? 0;
    a = Math.imul(a ^ step, 0x01000193);
    b = Math.imul(b ^ step ^ (a >>> 15), 0x85ebca6b);
  }
  return (a & 1) === 0 ? (a >>> 1) * 2 ** 22 + (b >>> 10) : undefined;
}

function flagOf(event: RiskEvent, original: string, numbers: Float64Array, at: number): CandidateFlag {
  const gaps = numbers.subarray(at + GAPS, at + GAPS + LENGTH);
  const spanMs = gaps.reduce((sum, gap) => sum + gap, 0) - (gaps[numbers[at + NEXT] ?? 0] ?? 0);
  return makeFlag(
    {
      kind: 'replayed_stream',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: event.atMs - spanMs,
      lastMs: event.atMs,
      windowMs: DAY_MS,
      // Each telling gap agrees by chance with a probability below one in 20, were people's gaps equal to 5 %.
      surprise: TELLING_GAPS_LEAST * Math.log(20),
      evidence: [
        {
          metric: 'events in the same order with the same gaps',
          observed: LENGTH,
          expectedLow: 0,
          expectedHigh: 3,
          baselineSpanMs: 0,
          n: LENGTH,
        },
      ],
      reasons: [
        {
          code: 'same_stream',
          text: `${LENGTH} events in a row repeat those of the device ${original}, to the millisecond.`,
        },
      ],
    },
    VERSION,
  );
}
