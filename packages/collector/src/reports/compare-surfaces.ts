import { type Difference, hodgesLehmann, newcombeDifference, upperNormalQuantile } from '@tidemark/analytics/stats';
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

/** A figure of both surfaces, and its difference for whatever certainty is asked for. */
export interface Comparison extends Pick<SurfaceComparison, 'figure' | 'h5' | 'native' | 'method'> {
  /** @param z - half the width of the interval, in standard errors; that of 95 % unless told. */
  readonly differ: (z?: number) => Difference | undefined;
}

/** @see newcombeDifference */
export function compareRatios(figure: string, h5: Counted, native: Counted): Comparison {
  const differ = (z?: number) => newcombeDifference(proportion(h5), proportion(native), z);
  return { figure, h5: ratioOf(h5), native: ratioOf(native), method: 'newcombe', differ };
}

/** @see hodgesLehmann */
export function compareTimes(figure: string, h5: Spread, native: Spread): Comparison {
  const differ = (z?: number) => hodgesLehmann(sample(h5), sample(native), z);
  return { figure, h5: medianOf(h5), native: medianOf(native), method: 'hodges_lehmann', differ };
}

/** One side of 95 %. */
const TAIL = 0.025;

/**
 * Of several figures one will differ by chance alone sooner or later: beside the interval of each there is one that holds for all
 * of a report at once, as wide as Bonferroni's inequality asks for. What one surface alone has is not compared.
 *
 * @see O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961) 52-64.
 */
export function compareTogether(comparisons: readonly Comparison[]): SurfaceComparison[] {
  const made = comparisons.filter(({ h5, native }) => h5.value !== null && native.value !== null);
  const zTogether = upperNormalQuantile(TAIL / Math.max(1, made.length));
  return comparisons.map(({ differ, method, ...figure }) => {
    const { low: lowTogether, high: highTogether } = endsOf(differ(zTogether));
    return { ...figure, ...endsOf(differ()), lowTogether, highTogether, method };
  });
}

function proportion({ count, of }: Counted) {
  return { successes: Math.min(count, of), trials: of }; // an estimate may pass what it is a share of
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

/** An interval that does not end has no number for it. */
function endsOf(found: Difference | undefined) {
  const end = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
  return { difference: end(found?.difference), low: end(found?.low), high: end(found?.high) };
}
