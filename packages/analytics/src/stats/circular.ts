import { absent, measured, type Outcome } from './outcome.js';

export interface CircularMean {
  /** Mean direction, 0..period. */
  readonly mean: number;
  /** Resultant length: 1 when all are at one place of the circle, 0 when they balance out. */
  readonly length: number;
}

/** Below, the direction is rounding noise. */
const NO_DIRECTION = 1e-9;

/**
 * Mean of values on a circle, such as hours of the day: that of 23:00 and 1:00 is midnight, not noon.
 *
 * @param values - shape [n], n >= 1.
 * @param period - length of the circle in the unit of the values: 24 for hours.
 * @returns `constant` when the values balance out and have no mean direction.
 * @see K. Mardia & P. Jupp, Directional Statistics, 2000, section 2.2.
 */
export function circularMean(values: readonly number[], period: number): Outcome<CircularMean> {
  if (values.length === 0) return absent('no_events');
  if (!values.every(Number.isFinite)) return absent('not_finite');
  let [cosines, sines] = [0, 0];
  for (const value of values) {
    cosines += Math.cos((2 * Math.PI * value) / period);
    sines += Math.sin((2 * Math.PI * value) / period);
  }
  const length = Math.hypot(cosines, sines) / values.length;
  if (length < NO_DIRECTION) return absent('constant');
  const turns = Math.atan2(sines, cosines) / (2 * Math.PI);
  return measured({ mean: (((turns % 1) + 1) % 1) * period, length: Math.min(1, length) });
}
