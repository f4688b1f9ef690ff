/** So many quantiles stand for a distribution: of two of these there are 2,500 differences. */
export const QUANTILES = 50;

/** Levels of `quantiles...(LEVELS)(...)`: the middles of even parts. */
export const QUANTILE_LEVELS = Array.from({ length: QUANTILES }, (_, i) => (i + 0.5) / QUANTILES).join(', ');
