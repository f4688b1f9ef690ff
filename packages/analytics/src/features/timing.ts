import { burstiness, finiteBurstiness, memoryOfGaps, variationOfGaps } from '../stats/burstiness.js';
import { correctedConditionalEntropyBits, gapEntropyBits } from '../stats/gap-entropy.js';
import { quantile } from '../stats/moments.js';
import { andThen, type Measure, measure } from '../stats/outcome.js';
import { periodStrength } from '../stats/periodicity.js';
import type { InputFeature, Unit } from './definition.js';
import { DAY_MS } from './event.js';
import type { FeatureInputs } from './inputs.js';

const base = {
  subjects: ['visitor', 'user', 'product'],
  windowMs: 30 * DAY_MS,
  freshness: 'store',
  computedIn: 'typescript',
  inputs: ['acts'],
} as const;

const GOH = 'Goh & Barabasi 2008';
const KLEINBERG = 'Kleinberg 2002';
const GIANVECCHIO = 'Gianvecchio et al. 2008, 2011';

function ofGaps(
  name: string,
  unit: Unit,
  source: string,
  definition: string,
  of: (gaps: readonly number[]) => Measure,
): InputFeature {
  return {
    ...base,
    name,
    unit,
    definition,
    source,
    finish: ({ gaps }: FeatureInputs) => andThen(gaps(), of),
  };
}

function ofLevels(
  name: string,
  unit: Unit,
  definition: string,
  of: (levels: readonly number[]) => number,
): InputFeature {
  return {
    ...base,
    name,
    unit,
    definition,
    source: KLEINBERG,
    finish: ({ burstLevels }) => andThen(burstLevels(), (levels) => measure(of(levels))),
  };
}

/** Whether behaviour is dispersed, eruptive, or a clock's. */
export const TIMING_FEATURES: readonly InputFeature[] = [
  ofGaps(
    'burstiness_30d',
    'none',
    GOH,
    'B = (r - 1) / (r + 1), r = sd / mean of the gaps between acts: -1 clock, 0 Poisson, 1 bursts.',
    burstiness,
  ),
  ofGaps(
    'burstiness_finite_30d',
    'none',
    'Kim & Jo 2016',
    'The same, free of the pull of few events.',
    finiteBurstiness,
  ),
  ofGaps('gap_memory_30d', 'none', GOH, 'Correlation of each gap with the next.', memoryOfGaps),
  ofGaps('gap_variation_30d', 'ratio', GIANVECCHIO, 'Standard deviation of the gaps over their mean.', variationOfGaps),
  ofGaps('gap_entropy_bits_30d', 'bits', GIANVECCHIO, 'Entropy of gaps in bins that double.', gapEntropyBits),
  ofGaps(
    'gap_conditional_entropy_bits_30d',
    'bits',
    GIANVECCHIO,
    'Corrected conditional entropy of gaps in five bins of equal counts: how little the next gap follows from those before.',
    correctedConditionalEntropyBits,
  ),
  ofGaps('gap_median_ms_30d', 'milliseconds', 'by convention', 'Median gap between acts.', (gaps) =>
    quantile(gaps, 0.5),
  ),
  ofGaps(
    'period_strength_30d',
    'none',
    "Rayleigh's test; Fisher 1993",
    'Largest resultant length of the gaps over periods from a second to the median gap: 1 for a clock.',
    periodStrength,
  ),
  ofLevels('burst_level_max_30d', 'level', 'Highest level of burst, scale 2, gamma 1.', (levels) =>
    levels.reduce((most, level) => Math.max(most, level), 0),
  ),
  ofLevels(
    'burst_gap_share_30d',
    'ratio',
    'Gaps that lie in a burst of any level, over gaps.',
    (levels) => levels.filter((level) => level > 0).length / levels.length,
  ),
];
