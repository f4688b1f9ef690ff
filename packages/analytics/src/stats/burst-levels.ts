import { faultOfGaps } from './gaps.js';
import { mean } from './moments.js';
import { absent, measured, type Outcome } from './outcome.js';

export interface BurstOptions {
  /** Each level is so many times faster than the one below; > 1. */
  readonly scale?: number;
  /** What a step up costs, in units of ln n; > 0. */
  readonly gamma?: number;
}

/** Levels above any that a person's or product's day reaches: 2^20 times its own mean rate. */
const LEVELS_MAX = 20;
/** Work is gaps times levels squared at worst; more is refused rather than waited for. */
export const BURST_GAPS_MAX = 100_000;

/**
 * The level of burst that each gap belongs to: the cheapest path through an automaton whose state i expects events
 * scale^i times as often as on average. A gap x costs -(ln a - a x) in a state of rate a; going up from i to j costs
 * (j - i) gamma ln n, going down nothing. The first gap starts from level 0.
 *
 * @param gaps - each > 0, shape [n].
 * @returns shape [n], 0 and above; `negative` when a gap is zero or below, which an exponential law does not know.
 * @see J. Kleinberg, "Bursty and hierarchical structure in streams", KDD 2002.
 */
export function burstLevels(gaps: readonly number[], options: BurstOptions = {}): Outcome<readonly number[]> {
  const { scale = 2, gamma = 1 } = options;
  const fault = faultOfGaps(gaps, 1);
  if (fault) return fault;
  if (gaps.length > BURST_GAPS_MAX) return absent('too_many_events');
  if (gaps.some((gap) => gap <= 0)) return absent('negative');
  const rates = ratesOf(gaps, scale);
  const stepUp = gamma * Math.log(gaps.length);
  let costs = rates.map((_, level) => (level === 0 ? 0 : Number.POSITIVE_INFINITY));
  const cameFrom: number[][] = [];
  for (const gap of gaps) {
    const { from, entry } = cheapestEntries(costs, stepUp);
    costs = rates.map((rate, level) => (entry[level] ?? 0) - (Math.log(rate) - rate * gap));
    cameFrom.push(from);
  }
  return measured(walkBack(cameFrom, costs));
}

/** As many levels as the shortest gap can make use of. */
function ratesOf(gaps: readonly number[], scale: number): readonly number[] {
  const average = mean(gaps);
  const shortest = gaps.reduce((least, gap) => Math.min(least, gap));
  const levels = Math.min(LEVELS_MAX, Math.ceil(1 + Math.log(average / shortest) / Math.log(scale)));
  return Array.from({ length: levels + 1 }, (_, level) => scale ** level / average);
}

/**
 * The cheapest level to come from, for each level: from above coming down is free, and from below each step costs the same, so
 * that two sweeps over the levels find it. Of equal costs the lowest level is taken.
 */
function cheapestEntries(costs: readonly number[], stepUp: number): { from: number[]; entry: number[] } {
  const from: number[] = [];
  const entry: number[] = [];
  let above = costs.length - 1;
  for (let level = costs.length - 1; level >= 0; level--) {
    if ((costs[level] ?? 0) <= (costs[above] ?? 0)) above = level;
    from[level] = above;
    entry[level] = costs[above] ?? 0;
  }
  let below = 0;
  for (let level = 1; level < costs.length; level++) {
    if ((costs[level - 1] ?? 0) < (costs[below] ?? 0) + (level - 1 - below) * stepUp) below = level - 1;
    const climbed = (costs[below] ?? 0) + (level - below) * stepUp;
    if (climbed > (entry[level] ?? 0)) continue;
    from[level] = below;
    entry[level] = climbed;
  }
  return { from, entry };
}

function walkBack(cameFrom: readonly (readonly number[])[], costs: readonly number[]): number[] {
  const levels: number[] = new Array(cameFrom.length);
  let level = costs.indexOf(costs.reduce((least, cost) => Math.min(least, cost)));
  for (let i = cameFrom.length - 1; i >= 0; i--) {
    levels[i] = level;
    level = cameFrom[i]?.[level] ?? 0;
  }
  return levels;
}
