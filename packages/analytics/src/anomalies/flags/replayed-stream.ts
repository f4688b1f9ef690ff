import { createEntityTable } from './entity-table.js';
import { makeFlag } from './flag.js';
import type { DetectorState, RiskDetector, RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Events whose order and gaps must agree. With gaps in milliseconds two people never agree on so many. */
const LENGTH = 12;
/** Gaps that tell apart: a stream of all but simultaneous events is alike everywhere (a page that loads). */
const TELLING_GAP_MS = 250;
const TELLING_GAPS_LEAST = 6;
/** Prints remembered: those of some hours, several a device. */
const PRINTS_MAX = 200_000;

/** The last events of one device: what was done, how long after the one before. Plain data. */
interface Tail {
  lastMs: number;
  /** When it was last told to be a copy: a long replay is one flag a day. */
  toldMs: number;
  actions: string[];
  gaps: number[];
}

/** Which device left a print first. Plain data. */
interface Print {
  deviceId: string;
}

/** Finds streams of events that are copies of another device's, to the millisecond: replayed, or made by one machine. */
export function createReplayedStreamDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const tails = createEntityTable<Tail>(
    () => ({ lastMs: -1, toldMs: -DAY_MS, actions: [], gaps: [] }),
    entitiesMax,
    saved?.tails,
  );
  const prints = createEntityTable<Print>(() => ({ deviceId: '' }), PRINTS_MAX, saved?.prints);
  return {
    observe: (event) => {
      if (event.deviceId === '' || !Number.isFinite(event.atMs)) return [];
      const tail = tails.of(event.deviceId);
      const gap = tail.lastMs < 0 ? 0 : event.atMs - tail.lastMs;
      tail.lastMs = event.atMs;
      tail.actions.push(event.action);
      tail.gaps.push(gap);
      if (tail.gaps.length > LENGTH) {
        tail.actions.shift();
        tail.gaps.shift();
      }
      if (tail.gaps.length < LENGTH || countTelling(tail.gaps) < TELLING_GAPS_LEAST) return [];
      const mark = printOf(tail);
      if (mark === undefined) return [];
      const print = prints.of(mark);
      if (print.deviceId === '') print.deviceId = event.deviceId;
      // A device that repeats itself is a clock, which another detector finds.
      if (print.deviceId === event.deviceId || event.atMs - tail.toldMs < DAY_MS) return [];
      tail.toldMs = event.atMs;
      return [flagOf(event, print.deviceId, tail)];
    },
    save: () => ({ tails: tails.save(), prints: prints.save() }),
    evicted: () => tails.evicted() + prints.evicted(),
  };
}

function countTelling(gaps: readonly number[]): number {
  let telling = 0;
  for (const gap of gaps) if (gap >= TELLING_GAP_MS) telling++;
  return telling;
}

/**
 * 64 bits in two halves: among 200,000 prints two differing ones are alike once in a thousand million runs. By its content every
 * other stretch has none, the same ones in a copy: half the cost, and a copy is found an event or two later.
 *
 * @see S. Schleimer et al., "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003.
 */
function printOf({ actions, gaps }: Tail): string | undefined {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < gaps.length; i++) {
    const action = actions[i] ?? '';
    const gap = gaps[i] ?? 0;
    // The first letters and the length tell the actions apart.
    const step = Math.trunc(gap) ^ (action.length << 24) ^ (action.charCodeAt(0) << 16);
    a = Math.imul(a ^ step, 0x01000193);
    b = Math.imul(b ^ step ^ (a >>> 15), 0x85ebca6b);
  }
  return (a & 1) === 0 ? `${a}:${b}` : undefined;
}

function flagOf(event: RiskEvent, original: string, { gaps }: Tail) {
  const spanMs = gaps.slice(1).reduce((sum, gap) => sum + gap, 0);
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
