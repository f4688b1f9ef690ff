import { createEntityTable, type EntityTable, type TableState } from './entity-table.js';
import { type CandidateFlag, listOf, makeFlag } from './flag.js';
import type { DetectorState, RiskAction, RiskDetector, RiskEvent } from './risk-event.js';

const VERSION = 2;
const DAY_MS = 86_400_000;
/** Events whose order and gaps must agree. With gaps in milliseconds two people never agree on so many. */
const LENGTH = 8;
/** Gaps that tell apart: a stream of all but simultaneous events is alike everywhere (a page that loads). */
const TELLING_GAP_MS = 250;
const TELLING_GAPS_LEAST = 5;
/** Prints remembered: those of some hours, several a device. */
const PRINTS_MAX = 200_000;

/** The last events of one device: what was done and how long after the one before, the latest overwriting the oldest. Plain data. */
export interface Tail {
  lastMs: number;
  /** When it was last told to be a copy: a long replay is one flag a day. */
  toldMs: number;
  /** Action and gap of each, in one number. */
  steps: number[];
  gaps: number[];
  at: number;
  telling: number;
}

/** Which device left a print first. Plain data. */
export interface Print {
  deviceId: string;
}

export type PrintTable = EntityTable<Print, number>;

export function newTail(): Tail {
  return { lastMs: -1, toldMs: -DAY_MS, steps: [], gaps: [], at: 0, telling: 0 };
}

export function createPrintTable(saved?: TableState<unknown, string | number>): PrintTable {
  return createEntityTable<Print, number>(() => ({ deviceId: '' }), PRINTS_MAX, saved);
}

/**
 * Finds streams of events that are copies of another device's, to the millisecond: replayed, or made by one machine.
 *
 * @param tail - of the event's device; takes the event in.
 */
export function findReplayedStream(tail: Tail, event: RiskEvent, prints: PrintTable): CandidateFlag | undefined {
  const { atMs, action, deviceId } = event;
  const gap = tail.lastMs < 0 ? 0 : atMs - tail.lastMs;
  tail.lastMs = atMs;
  push(tail, gap, CODES[action] ^ Math.trunc(gap));
  if (tail.gaps.length < LENGTH || tail.telling < TELLING_GAPS_LEAST) return undefined;
  const mark = printOf(tail);
  if (mark === undefined) return undefined;
  const print = prints.of(mark);
  if (print.deviceId === '') print.deviceId = deviceId;
  // A device that repeats itself is a clock, which another detector finds.
  if (print.deviceId === deviceId || atMs - tail.toldMs < DAY_MS) return undefined;
  tail.toldMs = atMs;
  return flagOf(event, print.deviceId, tail);
}

/** {@link findReplayedStream} with tables of its own. */
export function createReplayedStreamDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const tails = createEntityTable<Tail>(newTail, entitiesMax, saved?.tails);
  const prints = createPrintTable(saved?.prints);
  return {
    observe: (event) =>
      event.deviceId === '' || !Number.isFinite(event.atMs)
        ? []
        : listOf(findReplayedStream(tails.of(event.deviceId), event, prints)),
    save: () => ({ tails: tails.save(), prints: prints.save() }),
    evicted: () => tails.evicted() + prints.evicted(),
  };
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

function push(tail: Tail, gap: number, step: number): void {
  const { steps, gaps, at } = tail;
  if (gaps.length < LENGTH) {
    steps.push(step);
    gaps.push(gap);
  } else {
    if ((gaps[at] ?? 0) >= TELLING_GAP_MS) tail.telling--;
    steps[at] = step;
    gaps[at] = gap;
    tail.at = at + 1 === LENGTH ? 0 : at + 1;
  }
  if (gap >= TELLING_GAP_MS) tail.telling++;
}

/**
 * 53 bits: among 200,000 prints two differing ones are alike once in a million runs. By its content every other stretch has
 * none, the same ones in a copy: half the cost, and a copy is found an event or two later.
 *
 * @see S. Schleimer et al., "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003.
 */
function printOf({ steps, at }: Tail): number | undefined {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < LENGTH; i++) {
    const place = at + i;
    const step = steps[place < LENGTH ? place : place - LENGTH] ?? 0;
    a = Math.imul(a ^ step, 0x01000193);
    b = Math.imul(b ^ step ^ (a >>> 15), 0x85ebca6b);
  }
  return (a & 1) === 0 ? (a >>> 1) * 2 ** 22 + (b >>> 10) : undefined;
}

function flagOf(event: RiskEvent, original: string, { gaps, at }: Tail): CandidateFlag {
  const spanMs = gaps.reduce((sum, gap) => sum + gap, 0) - (gaps[at] ?? 0);
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
