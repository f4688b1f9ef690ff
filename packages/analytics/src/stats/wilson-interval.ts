/** Both ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %: the 0.975 quantile of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

/**
 * Score interval of a proportion. Unlike the textbook's p +- z sqrt(pq/n) it stays within 0..1 and holds its level for few
 * trials and for proportions near 0 or 1.
 *
 * @param successes - 0 to `trials`.
 * @param trials - how often it could have happened.
 * @returns undefined when there were no trials: nothing is known.
 * @throws {RangeError} when there are more successes than trials, or less than none.
 * @see E. B. Wilson, JASA 22 (1927) 209-212; R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3.
 */
export function wilsonInterval(successes: number, trials: number, z: number = Z_95): Interval | undefined {
  if (!(successes >= 0 && successes <= trials)) {
    throw new RangeError(`successes lie between 0 and the trials, got ${successes} of ${trials}`);
  }
  if (trials === 0) return undefined;
  const ratio = successes / trials;
  const centre = (ratio + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = ((z / trials) * Math.sqrt(trials * ratio * (1 - ratio) + (z * z) / 4)) / (1 + (z * z) / trials);
  // At the ends the score interval touches them exactly; rounding must not carry it past.
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}
