/** So many quantiles stand for a distribution: of two of these there are 400 differences. Of a million values each level costs the store 6 ms. */
export const QUANTILES = 20;

/** Levels of `quantiles...(LEVELS)(...)`: the middles of even parts. */
export const QUANTILE_LEVELS = Array.from({ length: QUANTILES }, (_, i) => (i + 0.5) / QUANTILES).join(', ');
