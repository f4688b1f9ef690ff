import { createEntityTable } from './entity-table.js';
import { type CandidateFlag, listOf, makeFlag } from './flag.js';
import type { DetectorState, RiskDetector, RiskEvent } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** Gaps judged at a time, and the fewest of them. */
const GAPS_MAX = 64;
const GAPS_LEAST = 24;
/** A longer pause is none between two actions of one piece of work. */
const PAUSE_MS = 30 * 60_000;
/** What people's own rhythms stay above: sd of the gaps over their mean, and bits over bins that double. */
const VARIATION_MOST = 0.2;
const ENTROPY_BITS_MOST = 1.2;

/** The last gaps of one device, the latest overwriting the oldest. Plain data. */
export interface Rhythm {
  lastMs: number;
  gaps: number[];
  /** Where the next gap goes once there are all. */
  at: number;
  sum: number;
  squares: number;
}

export function newRhythm(): Rhythm {
  return { lastMs: Number.MAX_SAFE_INTEGER, gaps: [], at: 0, sum: 0, squares: 0 };
}

/**
 * Finds devices that act like clocks: gaps between interactions and orders that are all but equal. Views are left out, since
 * pages may refresh themselves.
 *
 * @param rhythm - of the event's device; takes the event in.
 * @see S. Gianvecchio et al., "Measurement and classification of humans and bots in Internet chat", USENIX Security 2008.
 */
export function findScriptedTiming(rhythm: Rhythm, event: RiskEvent): CandidateFlag | undefined {
  if (event.action === 'view') return undefined;
  const gap = event.atMs - rhythm.lastMs;
  rhythm.lastMs = event.atMs;
  // A late event, a clock put back, a long pause: the rhythm starts anew. So do several at once, which are one action.
  if (gap < 0 || gap > PAUSE_MS) forget(rhythm);
  else if (gap > 0) push(rhythm, gap);
  const n = rhythm.gaps.length;
  if (n < GAPS_LEAST || !mayBeEven(rhythm, n)) return undefined;
  const flag = judge(event, rhythm.gaps);
  if (flag) forget(rhythm); // told; it takes as many again to tell it again
  return flag;
}

/** {@link findScriptedTiming} with a table of its own. */
export function createScriptedTimingDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const rhythms = createEntityTable<Rhythm>(newRhythm, entitiesMax, saved?.rhythms);
  return {
    observe: (event) =>
      event.deviceId === '' || event.action === 'view' || !Number.isFinite(event.atMs)
        ? []
        : listOf(findScriptedTiming(rhythms.of(event.deviceId), event)),
    save: () => ({ rhythms: rhythms.save() }),
    evicted: rhythms.evicted,
  };
}

function forget(rhythm: Rhythm): void {
  if (rhythm.gaps.length > 0) rhythm.gaps = [];
  rhythm.at = 0;
  rhythm.sum = 0;
  rhythm.squares = 0;
}

function push(rhythm: Rhythm, gap: number): void {
  const { gaps, at } = rhythm;
  if (gaps.length < GAPS_MAX) gaps.push(gap);
  else {
    const oldest = gaps[at] ?? 0;
    gaps[at] = gap;
    rhythm.at = (at + 1) % GAPS_MAX;
    rhythm.sum -= oldest;
    rhythm.squares -= oldest * oldest;
  }
  rhythm.sum += gap;
  rhythm.squares += gap * gap;
}

/** By the running sums, which are exact for whole milliseconds; a little more is let through than is judged even. */
function mayBeEven({ sum, squares }: Rhythm, n: number): boolean {
  return n * squares <= (1 + 1.01 * VARIATION_MOST ** 2) * sum * sum + n;
}

function judge(event: RiskEvent, gaps: readonly number[]): CandidateFlag | undefined {
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  const variation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / n) / mean;
  if (variation > VARIATION_MOST) return undefined;
  const entropyBits = entropyOf(gaps);
  if (entropyBits > ENTROPY_BITS_MOST) return undefined;
  // Were gaps a Poisson stream's, of variation 1: each of n gaps within +-sqrt(3) v of the mean has a share of about 1.27 v.
  const surprise = n * Math.max(0.05, -Math.log(Math.min(1, 1.27 * Math.max(variation, 1e-3))));
  return makeFlag(
    {
      kind: 'scripted_timing',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: event.atMs - mean * n,
      lastMs: event.atMs,
      windowMs: HOUR_MS,
      surprise,
      evidence: [
        evidence('variation of gaps', variation, VARIATION_MOST, n),
        evidence('entropy of gaps, bits', entropyBits, ENTROPY_BITS_MOST, n),
      ],
      reasons: [
        {
          code: 'regular_gaps',
          text: `The last ${n} gaps between actions are all but equal (about ${(mean / 1_000).toFixed(1)} s, varying by ${Math.round(100 * variation)} %), as a program's are.`,
        },
      ],
    },
    VERSION,
  );
}

/** What people have lies above the limit. */
function evidence(metric: string, observed: number, limit: number, n: number) {
  return { metric, observed, expectedLow: limit, expectedHigh: Number.MAX_VALUE, baselineSpanMs: 0, n };
}

function entropyOf(gaps: readonly number[]): number {
  const bins = new Map<number, number>();
  for (const gap of gaps) {
    const bin = gap < 1 ? 0 : Math.floor(Math.log2(gap)) + 1;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of bins.values()) bits -= (count / gaps.length) * Math.log2(count / gaps.length);
  return bits;
}
