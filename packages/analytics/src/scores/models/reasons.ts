import type { FeatureBins } from '../binning/feature-bins.js';

export interface Reason {
  readonly feature: string;
  /** What the row has there, such as "30 to 45" or "missing". */
  readonly value: string;
  /** Points against the average row; below 0. */
  readonly points: number;
  /** A sentence. */
  readonly text: string;
}

/** As many as credit law and practice give a customer. */
const MOST_REASONS = 4;
const LEAST_POINTS = 1;

/**
 * The features that cost most points against the average row of the training data.
 *
 * @param points - gained or lost, shape [features].
 * @returns the dearest first; none when nothing costs a point.
 * @see N. Siddiqi, Credit Risk Scorecards (2006), "adverse codes" (the neutral score method).
 */
export function reasonsOf(
  points: Float64Array,
  features: readonly FeatureBins[],
  nameValue: (bins: FeatureBins, at: number) => string,
): Reason[] {
  return features
    .map((bins, at) => ({ bins, at, points: points[at] ?? 0 }))
    .filter((one) => one.points <= -LEAST_POINTS)
    .sort((a, b) => a.points - b.points)
    .slice(0, MOST_REASONS)
    .map(({ bins, at, points: own }) => {
      const value = nameValue(bins, at);
      const lost = Math.round(-own);
      const text = `${bins.name} is ${value}, which costs ${lost} ${lost === 1 ? 'point' : 'points'} against the average.`;
      return { feature: bins.name, value, points: own, text };
    });
}
