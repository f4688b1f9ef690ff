/** How the share of goods may go from bin to bin. */
export type BinShape = 'ascending' | 'descending' | 'peak' | 'valley';

export interface OptimalBinsOptions {
  readonly shape: BinShape;
  readonly maxBins: number;
  /** Rows in each bin at least. */
  readonly leastRows: number;
}

export interface OptimalBins {
  /** First prebin of each bin, ascending; the first is 0. */
  readonly starts: readonly number[];
  /** The information value reached. */
  readonly iv: number;
}

const SMOOTHING = 0.5;

/** For each last bin, by its number of bins before: the best value, and where the bin before it began. */
interface Level {
  /** Shape [2 * prebins * (prebins + 1)]; NaN where no such last bin is allowed. */
  readonly iv: Float64Array;
  readonly before: Int32Array;
}

/**
 * Joins neighbouring prebins so that the information value is largest, by dynamic programming over the last bin: exact,
 * O(prebins^3 * maxBins).
 *
 * @param goods - counts, shape [prebins].
 * @param bads - counts, shape [prebins].
 * @returns one bin when no more can be had.
 * @see G. Navas-Palencia, "Optimal binning: mathematical programming formulation", 2020, for the problem.
 */
export function optimalBins(
  goods: ArrayLike<number>,
  bads: ArrayLike<number>,
  { shape, maxBins, leastRows }: OptimalBinsOptions,
): OptimalBins {
  const prebins = goods.length;
  const [sumGoods, sumBads] = [runningSums(goods), runningSums(bads)];
  const [allGoods, allBads] = [sumGoods[prebins] as number, sumBads[prebins] as number]; // one more than prebins
  // Of each stretch of prebins from start up to end, at start * (prebins + 1) + end: it is asked for again and again.
  const rates = new Float64Array(prebins * (prebins + 1));
  const ivs = new Float64Array(prebins * (prebins + 1));
  const areBig = new Uint8Array(prebins * (prebins + 1));
  for (let start = 0; start < prebins; start += 1) {
    for (let end = start + 1; end <= prebins; end += 1) {
      const good = (sumGoods[end] as number) - (sumGoods[start] as number); // one more than prebins
      const bad = (sumBads[end] as number) - (sumBads[start] as number);
      const shareOfGoods = (good + SMOOTHING) / (allGoods + SMOOTHING);
      const shareOfBads = (bad + SMOOTHING) / (allBads + SMOOTHING);
      const at = start * (prebins + 1) + end;
      rates[at] = good / Math.max(1e-300, good + bad);
      ivs[at] = (shareOfGoods - shareOfBads) * Math.log(shareOfGoods / shareOfBads);
      areBig[at] = good + bad >= leastRows ? 1 : 0;
    }
  }
  const rateOf = (start: number, end: number): number => rates[start * (prebins + 1) + end] as number; // 0 <= start < end
  const isBig = (start: number, end: number): boolean => areBig[start * (prebins + 1) + end] === 1;
  const ivOf = (start: number, end: number): number => ivs[start * (prebins + 1) + end] as number;
  const rising = shape === 'ascending' || shape === 'peak';
  const turns = shape === 'peak' || shape === 'valley';
  /** A last bin from start up to end, before the turn of a peak or valley (0) or behind it (1). */
  const key = (start: number, end: number, turned: 0 | 1): number => (start * (prebins + 1) + end) * 2 + turned;
  const size = 2 * prebins * (prebins + 1);
  const emptyLevel = (): Level => ({ iv: new Float64Array(size).fill(Number.NaN), before: new Int32Array(size) });

  const levels = [emptyLevel()];
  for (let end = 1; end <= prebins; end += 1) {
    if (isBig(0, end)) (levels[0] as Level).iv[key(0, end, 0)] = ivOf(0, end);
  }
  let best = { iv: ivOf(0, prebins), level: 0, key: key(0, prebins, 0) };
  for (let level = 1; level < maxBins; level += 1) {
    const next = emptyLevel();
    levels.push(next);
    for (let start = 1; start < prebins; start += 1) {
      for (let end = start + 1; end <= prebins; end += 1) {
        if (!isBig(start, end)) continue;
        for (const turned of turns ? ([0, 1] as const) : ([0] as const))
          extend(levels[level - 1] as Level, next, start, end, turned);
      }
    }
    for (let start = 1; start < prebins; start += 1) {
      for (const turned of [0, 1] as const) {
        const iv = next.iv[key(start, prebins, turned)] as number; // NaN is never larger
        if (iv > best.iv + 1e-12) best = { iv, level, key: key(start, prebins, turned) };
      }
    }
  }
  const starts: number[] = [];
  for (let { level, key: at } = best; level >= 0; level -= 1) {
    starts.unshift(Math.floor(at / 2 / (prebins + 1)));
    at = (levels[level] as Level).before[at] as number;
  }
  return { starts, iv: best.iv };

  /** Puts the bin behind the best of those that may stand before it. */
  function extend(last: Level, next: Level, start: number, end: number, turned: 0 | 1): void {
    const rate = rateOf(start, end);
    const mustFall = (turned === 1) === rising;
    let found = Number.NEGATIVE_INFINITY;
    let before = 0;
    for (let first = 0; first < start; first += 1) {
      const fits = mustFall ? rate < rateOf(first, start) : rate > rateOf(first, start);
      if (!fits) continue;
      for (const at of turned === 1 ? [key(first, start, 0), key(first, start, 1)] : [key(first, start, 0)]) {
        const iv = last.iv[at] as number; // NaN is never larger
        if (iv > found) {
          found = iv;
          before = at;
        }
      }
    }
    if (found === Number.NEGATIVE_INFINITY) return;
    next.iv[key(start, end, turned)] = found + ivOf(start, end);
    next.before[key(start, end, turned)] = before;
  }
}

function runningSums(counts: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) sums[at + 1] = (sums[at] as number) + (counts[at] as number); // in range
  return sums;
}
