/** Lanczos coefficients for g = 7, n = 9: relative error below 1e-14 for positive arguments. */
const G = 7;
const COEFFICIENTS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * ln Gamma(x) for x > 0.
 *
 * @returns NaN for x <= 0; callers check before.
 * @see C. Lanczos, "A precision approximation of the gamma function", 1964; Numerical Recipes 3rd ed., section 6.1.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let series = COEFFICIENTS[0] ?? 0;
  for (let i = 1; i < COEFFICIENTS.length; i++) series += (COEFFICIENTS[i] ?? 0) / (x - 1 + i);
  const t = x + G - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
