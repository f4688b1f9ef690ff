/** How log-odds of "good" become points. */
export interface PointsScale {
  /** Points that double the odds. */
  readonly pointsToDouble: number;
  /** Points at `odds`. */
  readonly points: number;
  /** Good to bad. */
  readonly odds: number;
}

export const USUAL_SCALE: PointsScale = { pointsToDouble: 50, points: 600, odds: 19 };

export interface Scaling {
  readonly factor: number;
  readonly offset: number;
}

/**
 * points = offset + factor * ln(odds of good), factor = points to double / ln 2.
 *
 * @throws {RangeError} when a number is not positive.
 * @see N. Siddiqi, Credit Risk Scorecards (2006), "scaling".
 */
export function scalingOf({ pointsToDouble, points, odds }: PointsScale): Scaling {
  if (!(pointsToDouble > 0 && odds > 0))
    throw new RangeError(`points to double and odds are > 0, got ${pointsToDouble}, ${odds}`);
  const factor = pointsToDouble / Math.LN2;
  return { factor, offset: points - factor * Math.log(odds) };
}

/** Points of a probability of "bad"; certain outcomes are held a hair away from 0 and 1 so that points are finite. */
export function pointsOfBad(probabilityOfBad: number, { factor, offset }: Scaling): number {
  const held = Math.min(1 - 1e-12, Math.max(1e-12, probabilityOfBad));
  return offset + factor * Math.log((1 - held) / held);
}
