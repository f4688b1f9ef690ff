import { logGamma } from './log-gamma.js';
import { absent, faultOfAmounts, type Measure, measure, measured, type Outcome } from './outcome.js';

/** Fewer traders than this say nothing of a herd, as in the source. */
export const HERD_FEWEST_TRADERS = 5;

/** Who traded one product in one period: distinct people. */
export interface TraderCounts {
  readonly buyers: number;
  readonly sellers: number;
}

export interface Herding {
  /** Excess of the share of buyers over what chance gives; about 0 without herding. */
  readonly excess: number;
  /** Which way the herd went: more buyers than expected, or fewer. */
  readonly side: 'subscribe' | 'sell';
}

/**
 * Herding of customers: H = |B / (B + S) - p| - AF. AF is what |Bin(n, p) / n - p| is on average by chance alone.
 *
 * @param expectedShare - p, the share of buyers over all products in the period, 0..1.
 * @returns `too_few_events` below five traders.
 * @see J. Lakonishok, A. Shleifer, R. Vishny, "The impact of institutional trading on stock prices", 1992; R. Wermers 1999
 *   for the sides.
 */
export function lsvHerding({ buyers, sellers }: TraderCounts, expectedShare: number): Outcome<Herding> {
  const fault = faultOfAmounts([buyers, sellers, expectedShare]);
  if (fault) return absent(fault);
  if (expectedShare > 1) return absent('shape_mismatch');
  const traders = buyers + sellers;
  if (traders < HERD_FEWEST_TRADERS) return absent('too_few_events');
  const share = buyers / traders;
  return measured({
    excess: Math.abs(share - expectedShare) - chanceDeviation(traders, expectedShare),
    side: share > expectedShare ? 'subscribe' : 'sell',
  });
}

/**
 * E |Bin(n, p) / n - p|, by De Moivre's closed form: 2 v C(n, v) p^v (1-p)^(n-v+1) / n with v = floor(np) + 1.
 *
 * @see P. Diaconis & S. Zabell, "Closed form summation for classical distributions", Statistical Science 1991.
 */
export function chanceDeviation(n: number, p: number): number {
  if (p <= 0 || p >= 1) return 0;
  const v = Math.floor(n * p) + 1;
  const logChoose = logGamma(n + 1) - logGamma(v + 1) - logGamma(n - v + 1);
  return (2 * v * Math.exp(logChoose + v * Math.log(p) + (n - v + 1) * Math.log1p(-p))) / n;
}

/** Mean of measures that exist; the reason of the first when none does. */
export function meanOf(measures: readonly Measure[]): Measure {
  const values = measures.flatMap((one) => (one.kind === 'measured' ? [one.value] : []));
  if (values.length > 0) return measure(values.reduce((total, value) => total + value, 0) / values.length);
  return measures[0] ?? absent('no_events');
}
