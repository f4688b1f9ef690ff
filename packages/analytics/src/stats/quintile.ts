import { quantile } from './moments.js';
import { absent, type Measure, measure, measured, type Outcome } from './outcome.js';

/** Where a population is cut into five. */
const CUTS = [0.2, 0.4, 0.6, 0.8] as const;

/** @returns the four cuts of a population's values, ascending; `no_population` for none. */
export function quintileCuts(values: readonly number[]): Outcome<readonly number[]> {
  const cuts: number[] = [];
  for (const p of CUTS) {
    const cut = quantile(values, p);
    if (cut.kind === 'absent') return absent(cut.reason === 'no_events' ? 'no_population' : cut.reason);
    cuts.push(cut.value);
  }
  return measured(cuts);
}

/** Sums and cuts of floats come out a hair apart, whoever reckons them; that near a cut a value is at it. */
const AT_CUT = 1e-9;

/**
 * The fifth of the population that a value lies in: 1 for the lowest, 5 for the highest. One more than the cuts below it, so
 * that a value at a cut stays below.
 *
 * @see A. Hughes, Strategic Database Marketing, 1994 (recency, frequency, money by fifths).
 */
export function quintile(value: number, cuts: readonly number[]): Measure {
  if (!Number.isFinite(value)) return absent('not_finite');
  return measure(1 + cuts.filter((cut) => value - cut > AT_CUT * Math.max(1, Math.abs(value))).length);
}
