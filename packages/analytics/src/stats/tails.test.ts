import { describe, expect, it } from 'vitest';
import {
  logNegativeBinomialTail,
  logNormalTail,
  logPoissonTail,
  newSizeTail,
  tailSurprise,
  upperNormalQuantile,
} from './index.js';
import { seededRandom } from './seeded-random.js';

// Reference numbers: the sums themselves in 60-digit decimal arithmetic (Python's decimal).
describe('tails of counts', () => {
  it.each([
    [3, 1, -2.521968260031],
    [30, 10, -15.197832339626],
    [5, 10, -0.029689079446521],
    [500, 20, -1133.423586295037],
    [1000, 1000, -0.68477186329031],
  ])('P(X >= %d) under Poisson(%d) is exp(%d)', (count, mean, expected) => {
    expect(logPoissonTail(count, mean)).toBeCloseTo(expected, 9);
  });

  it.each([
    [3, 1, 2, -2.1972245773362],
    [60, 10, 3, -11.0206661992357],
    [5, 10, 3, -0.2291139415095],
    [900, 20, 0.5, -24.3613504997049],
  ])('P(X >= %d) under a negative binomial of mean %d and size %d is exp(%d)', (count, mean, size, expected) => {
    expect(logNegativeBinomialTail(count, mean, size)).toBeCloseTo(expected, 9);
  });

  it('are 0 for no count, endless for a count that cannot be, and NaN for what is no count', () => {
    expect(logPoissonTail(0, 5)).toBe(0);
    expect(logPoissonTail(1, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(logNegativeBinomialTail(7, 5, Number.POSITIVE_INFINITY)).toBe(logPoissonTail(7, 5));
    for (const [count, mean] of [
      [-1, 5],
      [1.5, 5],
      [1, -5],
      [1, Number.NaN],
      [Number.NaN, 1],
    ] as const) {
      expect(logPoissonTail(count, mean)).toBeNaN();
      expect(logNegativeBinomialTail(count, mean, 1)).toBeNaN();
    }
    expect(logNegativeBinomialTail(1, 1, 0)).toBeNaN();
  });
});

describe('the tail of the normal', () => {
  // R: pnorm(z, lower.tail = FALSE, log.p = TRUE).
  it.each([
    [0, -Math.LN2],
    [1, -1.8410216450092634],
    [-2, -0.0230129093289635],
    [3, -6.607726221510348],
    [3.5, -8.366065308344092],
    [10, -53.23128515051246],
    [40, -804.6084420137538],
  ])('beyond %d is exp(%d)', (z, expected) => {
    expect(logNormalTail(z)).toBeCloseTo(expected, 9);
  });

  it('has both ends', () => {
    expect(logNormalTail(Number.POSITIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(logNormalTail(Number.NEGATIVE_INFINITY)).toBeCloseTo(0, 12);
    expect(logNormalTail(Number.NaN)).toBeNaN();
  });
});

describe('the surprise of a size', () => {
  it('is about -ln of the share of larger ones, for exponential sizes', () => {
    const random = seededRandom(11);
    const tail = newSizeTail();
    let beyond = 0;
    for (let i = 0; i < 50_000; i++) {
      const surprise = tailSurprise(tail, -Math.log(1 - random()));
      if (i >= 10_000 && surprise > Math.log(500)) beyond++;
    }
    // One in 500 of 40,000 is 80; the fitted tail is heavier than exponential, so fewer are called as rare as that.
    expect(beyond).toBeGreaterThan(20);
    expect(beyond).toBeLessThan(160);
  });

  it('is 0 below the 98th percentile, and for a stream of zeros', () => {
    const tail = newSizeTail();
    for (let i = 0; i < 500; i++) expect(tailSurprise(tail, 0)).toBe(0);
    expect(tailSurprise(tail, 1)).toBeGreaterThan(10);
  });
});

// Reference numbers: R's qnorm(p, lower.tail = FALSE).
describe('quantiles of the normal tail', () => {
  it.each([
    [0.5, 0],
    [0.025, 1.959963984540054],
    [0.005, 2.575829303548901],
    [1e-10, 6.361340902404056],
  ])('P(Z > z) = %d at the z of the tables', (p, z) => {
    expect(upperNormalQuantile(p)).toBeCloseTo(z, 10);
  });

  it('are refused for what is no tail', () => {
    for (const p of [0, -0.1, 0.6, Number.NaN]) expect(() => upperNormalQuantile(p)).toThrow(RangeError);
  });
});
