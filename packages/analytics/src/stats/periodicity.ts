import { faultOfGaps } from './gaps.js';
import { quantile } from './moments.js';
import { absent, type Measure, measure } from './outcome.js';

/** Candidates per doubling of the period: neighbours then differ by 2 %, finer than a script's own jitter. */
const STEPS_PER_OCTAVE = 36;
const SHORTEST_MS = 1_000;
/** Work is gaps times candidates; the latest so many are looked at. */
export const PERIODICITY_GAPS_MAX = 2_000;
const FEWEST_GAPS = 8;

/**
 * How strongly gaps keep to multiples of one period: the largest resultant length of their phases over all periods from one
 * second to the median gap. 1 for a clock, even one that drifts or skips; about .15 for a Poisson stream. Longer periods than
 * the median gap are not tried: all gaps would lie at the beginning of such a circle.
 *
 * @param gapsMs - each >= 0, milliseconds, shape [n], n >= 8; of more than 2,000 the last are taken.
 * @returns 0..1; `too_few_events` when the median gap is below a second.
 * @see Lord Rayleigh's test; N. Fisher, Statistical Analysis of Circular Data, 1993, section 4.3.
 */
export function periodStrength(gapsMs: readonly number[]): Measure {
  const fault = faultOfGaps(gapsMs, FEWEST_GAPS);
  if (fault) return fault;
  const gaps = gapsMs.slice(-PERIODICITY_GAPS_MAX);
  const longest = quantile(gaps, 0.5);
  if (longest.kind === 'absent') return longest;
  if (longest.value < SHORTEST_MS) return absent('too_few_events');
  let strongest = 0;
  // From the longest down, so that a clock's own period is a candidate exactly.
  for (let period = longest.value; period >= SHORTEST_MS; period /= 2 ** (1 / STEPS_PER_OCTAVE)) {
    strongest = Math.max(strongest, resultant(gaps, period, strongest));
  }
  return measure(Math.min(1, strongest));
}

/** @param beyond - what is not above it may be given as 0: what is left of the gaps could add their number at most. */
function resultant(gaps: readonly number[], period: number, beyond: number): number {
  let [cosines, sines] = [0, 0];
  let missing = beyond * gaps.length - gaps.length; // by which the length of those seen must pass those seen
  for (const gap of gaps) {
    const phase = (2 * Math.PI * gap) / period;
    cosines += Math.cos(phase);
    sines += Math.sin(phase);
    missing += 1;
    if (missing > 0 && cosines * cosines + sines * sines < missing * missing) return 0;
  }
  return Math.sqrt(cosines * cosines + sines * sines) / gaps.length; // both at most the number of gaps: nothing overflows
}
