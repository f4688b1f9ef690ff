import { type Difference, hodgesLehmann, newcombeDifference } from '@tidemark/analytics/stats';
import type { SurfaceComparison, SurfaceFigure } from '@tidemark/protocol';
import { QUANTILES } from '../store/reports/quantile-levels.js';

/** Of one surface: how many did, of how many. */
export interface Counted {
  readonly count: number;
  readonly of: number;
}

/** Evenly spaced quantiles, and how many values they are of. */
export interface Spread {
  readonly quantiles: readonly (number | null)[];
  readonly count: number;
}

/** @see newcombeDifference */
export function compareRatios(figure: string, h5: Counted, native: Counted): SurfaceComparison {
  const found = newcombeDifference(proportion(h5), proportion(native));
  return { figure, h5: ratioOf(h5), native: ratioOf(native), ...endsOf(found), method: 'newcombe' };
}

/** @see hodgesLehmann */
export function compareTimes(figure: string, h5: Spread, native: Spread): SurfaceComparison {
  const found = hodgesLehmann(sample(h5), sample(native));
  return { figure, h5: medianOf(h5), native: medianOf(native), ...endsOf(found), method: 'hodges_lehmann' };
}

function proportion({ count, of }: Counted) {
  return { successes: count, trials: of };
}

function ratioOf({ count, of }: Counted): SurfaceFigure {
  return { value: of === 0 ? null : count / of, count: of };
}

function sample({ quantiles, count }: Spread) {
  return { values: count === 0 ? [] : quantiles.map(Number), count };
}

/** Between the two quantiles around the half. */
function medianOf({ quantiles, count }: Spread): SurfaceFigure {
  const middle = [quantiles[QUANTILES / 2 - 1], quantiles[QUANTILES / 2]].map(Number);
  return { value: count === 0 ? null : ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2, count };
}

function endsOf(found: Difference | undefined) {
  return { difference: found?.difference ?? null, low: found?.low ?? null, high: found?.high ?? null };
}
