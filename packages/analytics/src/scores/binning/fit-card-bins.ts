import type { CategoryColumn, Column, NumericColumn } from '../table/table.js';
import {
  binCount,
  type CategoryBins,
  codeColumn,
  type FeatureBins,
  fitFeatureBins,
  type NumericBins,
} from './feature-bins.js';
import { type BinShape, type OptimalBins, optimalBins } from './optimal-bins.js';
import type { Direction } from './training-set.js';

export interface CardBinsOptions {
  readonly prebins: number;
  readonly maxBins: number;
  /** Share of the rows in each bin at least. */
  readonly leastRatio: number;
  /** Share of the rows that a category needs to be weighed alone; rarer ones share a bin. */
  readonly rareRatio: number;
  readonly specials: readonly number[];
}

/**
 * How much more information a turn (peak, valley) has to bring than the best monotone shape: a simple shape that says
 * nearly as much is easier to defend.
 */
const TURN_BONUS = 1.05;

/**
 * The few bins of a scorecard. Numbers: quantile prebins, joined for the most information under the shape that suits
 * (ascending, descending, peak or valley), or under the direction asked for. Categories: sorted by their share of
 * goods, then joined likewise.
 *
 * @param goods - 1 where the row is good.
 */
export function fitCardBins(
  column: Column,
  goods: Uint8Array,
  options: CardBinsOptions,
  direction: Direction = 0,
): FeatureBins {
  const leastRows = Math.ceil(goods.length * options.leastRatio);
  return column.kind === 'numeric'
    ? numericBins(column, goods, options, leastRows, direction)
    : categoryBins(column, goods, options, leastRows);
}

function numericBins(
  column: NumericColumn,
  goods: Uint8Array,
  options: CardBinsOptions,
  leastRows: number,
  direction: Direction,
): NumericBins {
  const { prebins, maxBins, specials } = options;
  const fine = fitFeatureBins(column, { maxBins: prebins, leastCategoryRows: 1, specials });
  if (fine.kind !== 'numeric') throw new RangeError('a numeric column has numeric bins');
  const first = fine.specials.length + 1;
  const counts = countOutcomes(fine, column, goods);
  const [good, bad] = [counts.good.subarray(first), counts.bad.subarray(first)];
  const join = (shape: BinShape): OptimalBins => optimalBins(good, bad, { shape, maxBins, leastRows });
  const { starts } = bestShape(join, direction);
  return { ...fine, edges: starts.slice(1).map((start) => fine.edges[start - 1] as number) }; // prebin s begins at edge s-1
}

function bestShape(join: (shape: BinShape) => OptimalBins, direction: Direction): OptimalBins {
  if (direction !== 0) return join(direction > 0 ? 'ascending' : 'descending');
  const [ascending, descending, peak, valley] = [join('ascending'), join('descending'), join('peak'), join('valley')];
  const monotone = descending.iv > ascending.iv ? descending : ascending;
  const turning = valley.iv > peak.iv ? valley : peak;
  return turning.iv > monotone.iv * TURN_BONUS ? turning : monotone;
}

function categoryBins(
  column: CategoryColumn,
  goods: Uint8Array,
  options: CardBinsOptions,
  leastRows: number,
): CategoryBins {
  const { maxBins, rareRatio } = options;
  const leastCategoryRows = Math.max(1, Math.ceil(goods.length * rareRatio));
  const fine = fitFeatureBins(column, { maxBins, leastCategoryRows, specials: [] });
  if (fine.kind !== 'category') throw new RangeError('a category column has category bins');
  const { good, bad } = countOutcomes(fine, column, goods);
  const rate = (group: number): number =>
    (good[group + 1] as number) / ((good[group + 1] as number) + (bad[group + 1] as number));
  const order = Array.from(fine.groups.keys()).sort((a, b) => rate(a) - rate(b) || a - b);
  const sortedGood = Float64Array.from(order, (group) => good[group + 1] as number); // code 0 is "missing"
  const sortedBad = Float64Array.from(order, (group) => bad[group + 1] as number);
  const { starts } = optimalBins(sortedGood, sortedBad, { shape: 'ascending', maxBins, leastRows });
  const members = starts.map((start, at) => order.slice(start, starts[at + 1]));
  return {
    ...fine,
    groups: members.map((groups) => groups.flatMap((group) => fine.groups[group] ?? [])),
    rare: members.findIndex((groups) => groups.includes(fine.rare)),
  };
}

/** Goods and bads in each bin, shape [codes]. */
export function countOutcomes(
  bins: FeatureBins,
  column: Column,
  goods: Uint8Array,
): { readonly good: Float64Array; readonly bad: Float64Array } {
  const [good, bad] = [new Float64Array(binCount(bins)), new Float64Array(binCount(bins))];
  for (const [row, code] of codeColumn(bins, column).entries()) {
    const counts = goods[row] ? good : bad;
    counts[code] = (counts[code] as number) + 1; // codes are within the bins
  }
  return { good, bad };
}
