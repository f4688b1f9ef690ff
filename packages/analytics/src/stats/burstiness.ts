import { faultOfGaps } from './gaps.js';
import { mean, pearson, populationSd } from './moments.js';
import { absent, type Measure, measure } from './outcome.js';

/** Fewest gaps with a spread that is more than chance of two numbers. */
const FEWEST_GAPS = 2;

/**
 * Coefficient of variation: standard deviation over mean, with the population's divisor.
 *
 * @param gaps - times between neighbours, each >= 0, shape [n], n >= 2.
 * @returns >= 0; 0 for a clock, about 1 for a Poisson stream; `zero_total` when all gaps are zero.
 */
export function variationOfGaps(gaps: readonly number[]): Measure {
  const fault = faultOfGaps(gaps, FEWEST_GAPS);
  if (fault) return fault;
  const centre = mean(gaps);
  return centre === 0 ? absent('zero_total') : measure(populationSd(gaps) / centre);
}

/**
 * Burstiness B = (r - 1) / (r + 1), r = sd / mean of the gaps: -1 for a clock, about 0 for a Poisson stream, towards 1 for
 * long silence and sudden crowds.
 *
 * @param gaps - as above.
 * @see K.-I. Goh, A.-L. Barabasi, "Burstiness and memory in complex systems", EPL 81, 2008.
 */
export function burstiness(gaps: readonly number[]): Measure {
  const variation = variationOfGaps(gaps);
  return variation.kind === 'absent' ? variation : measure((variation.value - 1) / (variation.value + 1));
}

/**
 * Burstiness that few events do not pull down: A = (sqrt(n+1) r - sqrt(n-1)) / ((sqrt(n+1) - 2) r + sqrt(n-1)). The plain
 * one cannot reach 1 with n events, because r cannot pass sqrt(n-1).
 *
 * @param eventCount - n; one more than gaps unless the stream is a ring, as in the derivation, where they are as many.
 * @see E.-K. Kim, H.-H. Jo, "Measuring burstiness for finite event sequences", Phys. Rev. E 94, 2016.
 */
export function finiteBurstiness(gaps: readonly number[], eventCount: number = gaps.length + 1): Measure {
  const variation = variationOfGaps(gaps);
  if (variation.kind === 'absent') return variation;
  const r = variation.value;
  const [up, down] = [Math.sqrt(eventCount + 1), Math.sqrt(eventCount - 1)];
  return measure((up * r - down) / ((up - 2) * r + down));
}

/**
 * Memory: Pearson's correlation of each gap with the next. Above zero, short gaps follow short ones.
 *
 * @param gaps - shape [n], n >= 3; `constant` for a clock, which has no correlation.
 * @see Goh & Barabasi 2008.
 */
export function memoryOfGaps(gaps: readonly number[]): Measure {
  return faultOfGaps(gaps, FEWEST_GAPS + 1) ?? pearson(gaps.slice(0, -1), gaps.slice(1));
}
