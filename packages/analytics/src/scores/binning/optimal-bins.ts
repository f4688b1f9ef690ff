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

/** The best way to come to a last bin: its value, and the bin before. */
interface Step {
  readonly iv: number;
  readonly start: number;
  readonly before: Step | undefined;
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
  const goodsIn = (start: number, end: number): number => (sumGoods[end] as number) - (sumGoods[start] as number);
  const badsIn = (start: number, end: number): number => (sumBads[end] as number) - (sumBads[start] as number);
  const rateOf = (start: number, end: number): number =>
    goodsIn(start, end) / Math.max(1e-300, goodsIn(start, end) + badsIn(start, end));
  const isBig = (start: number, end: number): boolean => goodsIn(start, end) + badsIn(start, end) >= leastRows;
  const ivOf = (start: number, end: number): number => {
    const shareOfGoods = (goodsIn(start, end) + SMOOTHING) / (allGoods + SMOOTHING);
    const shareOfBads = (badsIn(start, end) + SMOOTHING) / (allBads + SMOOTHING);
    return (shareOfGoods - shareOfBads) * Math.log(shareOfGoods / shareOfBads);
  };
  const rising = shape === 'ascending' || shape === 'peak';
  const turns = shape === 'peak' || shape === 'valley';
  const key = (start: number, end: number, turned: boolean): number =>
    (start * (prebins + 1) + end) * 2 + (turned ? 1 : 0);

  let best: Step = { iv: ivOf(0, prebins), start: 0, before: undefined };
  let last = new Map<number, Step>();
  for (let end = 1; end <= prebins; end += 1) {
    if (isBig(0, end)) last.set(key(0, end, false), { iv: ivOf(0, end), start: 0, before: undefined });
  }
  for (let bins = 2; bins <= maxBins; bins += 1) {
    const next = new Map<number, Step>();
    for (let start = 1; start < prebins; start += 1) {
      for (let end = start + 1; end <= prebins; end += 1) {
        if (!isBig(start, end)) continue;
        const rate = rateOf(start, end);
        const iv = ivOf(start, end);
        for (const turned of turns ? [false, true] : [false]) {
          const before = bestBefore(last, start, rate, turned);
          if (!before) continue;
          const step = { iv: before.iv + iv, start, before };
          next.set(key(start, end, turned), step);
          if (end === prebins && step.iv > best.iv + 1e-12) best = step;
        }
      }
    }
    last = next;
  }
  const starts: number[] = [];
  for (let step: Step | undefined = best; step; step = step.before) starts.unshift(step.start);
  return { starts, iv: best.iv };

  function bestBefore(steps: Map<number, Step>, end: number, rate: number, turned: boolean): Step | undefined {
    let found: Step | undefined;
    for (let start = 0; start < end; start += 1) {
      for (const wasTurned of turned ? [false, true] : [false]) {
        const step = steps.get(key(start, end, wasTurned));
        if (!step || (found && step.iv <= found.iv)) continue;
        if (turned === rising ? rate < rateOf(start, end) : rate > rateOf(start, end)) found = step;
      }
    }
    return found;
  }
}

function runningSums(counts: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) sums[at + 1] = (sums[at] as number) + (counts[at] as number); // in range
  return sums;
}
