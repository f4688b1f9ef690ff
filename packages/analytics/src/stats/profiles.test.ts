import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circularMean } from './circular.js';
import { entropyBits, jensenShannonDistance } from './entropy.js';
import { quantile } from './moments.js';
import { absent, type Measure, measured } from './outcome.js';
import { quintile, quintileCuts } from './quintile.js';
import { seededRandom } from './seeded-random.js';
import { fitPrior, shrink, shrunkEntropyBits, sumPrior } from './shrinkage.js';

const numberOf = (one: Measure) => (one.kind === 'measured' ? one.value : Number.NaN);
const profile = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 5, maxLength: 5 });

describe('the Jensen-Shannon distance', () => {
  it('is that of the examples in the documentation of scipy.spatial.distance.jensenshannon', () => {
    expect(jensenShannonDistance([1, 0, 0], [0, 1, 0])).toEqual(measured(1)); // base 2
    // [1, 0] from [.5, .5] is 0.46450140402245893 in nats; its square is divided by ln 2 for bits.
    expect(numberOf(jensenShannonDistance([1, 0], [0.5, 0.5]))).toBeCloseTo(
      0.46450140402245893 / Math.sqrt(Math.LN2),
      12,
    );
    expect(jensenShannonDistance([1, 0, 0], [1, 0, 0])).toEqual(measured(0));
  });

  it('is 0 to oneself, the same both ways, and at most 1', () => {
    fc.assert(
      fc.property(profile, profile, (p, q) => {
        fc.pre(p.some((x) => x > 0) && q.some((x) => x > 0));
        expect(numberOf(jensenShannonDistance(p, p))).toBeCloseTo(0, 7);
        const there = numberOf(jensenShannonDistance(p, q));
        expect(there).toBeCloseTo(numberOf(jensenShannonDistance(q, p)), 7);
        expect(there).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('says what is wrong', () => {
    expect(jensenShannonDistance([1], [1, 2])).toEqual(absent('shape_mismatch'));
    expect(jensenShannonDistance([0], [1])).toEqual(absent('zero_total'));
    expect(jensenShannonDistance([-1, 2], [1, 2])).toEqual(absent('negative'));
    expect(jensenShannonDistance([1, 2], [1, Number.NaN])).toEqual(absent('not_finite'));
  });
});

describe('entropy', () => {
  it('is log2 n for n alike, and 0 for one', () => {
    expect(entropyBits([3, 3, 3, 3])).toEqual(measured(2));
    expect(entropyBits([7, 0])).toEqual(measured(0));
    expect(entropyBits([])).toEqual(absent('no_events'));
    expect(entropyBits([0, 0])).toEqual(absent('zero_total'));
  });
});

describe('the circular mean', () => {
  it('of 23:00 and 1:00 is midnight', () => {
    const found = circularMean([23, 1], 24);
    if (found.kind === 'absent') throw new Error(found.reason);
    expect(Math.min(found.value.mean, 24 - found.value.mean)).toBeCloseTo(0, 9);
    expect(found.value.length).toBeCloseTo(Math.cos(Math.PI / 12), 12);
  });

  it('is 0.2 for the angles of the example in the documentation of scipy.stats.circmean', () => {
    const found = circularMean([0.1, 2 * Math.PI + 0.2, 6 * Math.PI + 0.3], 2 * Math.PI);
    expect(found).toMatchObject({ kind: 'measured', value: { mean: expect.closeTo(0.2, 12) } });
  });

  it('has no direction for values that balance out', () => {
    expect(circularMean([0, 12], 24)).toEqual(absent('constant'));
    expect(circularMean([], 24)).toEqual(absent('no_events'));
    expect(circularMean([Number.NaN], 24)).toEqual(absent('not_finite'));
  });
});

describe('shrinkage', () => {
  const prior = { shares: [0.5, 0.3, 0.2], strength: 10 };

  it('sums to 1, moves towards the population, and is the population without own counts', () => {
    expect(shrink([0, 0, 0], prior)).toEqual(measured([0.5, 0.3, 0.2]));
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }), (counts) => {
        const shares = shrink(counts, prior);
        if (shares.kind === 'absent') throw new Error(shares.reason);
        expect(shares.value.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      }),
    );
    // (4 + 10 * .5) / (5 + 10)
    expect(shrink([4, 1, 0], prior)).toMatchObject({
      value: [expect.closeTo(0.6, 12), 4 / 15, expect.closeTo(2 / 15, 12)],
    });
  });

  it('knows the entropy of shrunk shares without making them', () => {
    const fitted = fitPrior({ counts: [50, 30, 0, 20], pairs: 90, equalPairs: 50 });
    if (fitted.kind === 'absent') throw new Error(fitted.reason);
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000), { minLength: 4, maxLength: 4 }),
        fc.constantFrom(1e-6, 0.5, 8, 1e6),
        (counts, strength) => {
          const prior = { ...fitted.value, strength };
          const shares = shrink(counts, prior);
          if (shares.kind === 'absent') throw new Error(shares.reason);
          const expected = entropyBits(shares.value);
          const own = new Map([...counts.entries()].filter(([, count]) => count > 0));
          const found = shrunkEntropyBits(own, prior);
          if (found.kind === 'absent' || expected.kind === 'absent') throw new Error('absent');
          expect(found.value).toBeCloseTo(expected.value, 10);
        },
      ),
    );
    expect(shrunkEntropyBits(new Map([[4, 1]]), fitted.value)).toEqual(absent('shape_mismatch'));
    expect(shrunkEntropyBits(new Map([[0, Number.NaN]]), fitted.value)).toEqual(absent('not_finite'));
    expect(shrunkEntropyBits(new Map([[0, -1]]), fitted.value)).toEqual(absent('negative'));
  });

  it('finds the strength that people were drawn with', () => {
    const random = seededRandom(11);
    const strength = 8;
    // Polya's urn: each draw adds a ball of its colour, which gives a Dirichlet-multinomial of that strength.
    const people = Array.from({ length: 3_000 }, () => {
      const weights = [0.5 * strength, 0.3 * strength, 0.2 * strength];
      const counts = [0, 0, 0];
      for (let n = 0; n < 20; n++) {
        let left = random() * weights.reduce((a, b) => a + b);
        const bin = weights.findIndex((weight) => {
          left -= weight;
          return left < 0;
        });
        weights[bin] = (weights[bin] ?? 0) + 1;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      return counts;
    });
    const found = fitPrior(sumPrior(people));
    if (found.kind === 'absent') throw new Error(found.reason);
    expect(found.value.strength).toBeGreaterThan(7);
    expect(found.value.strength).toBeLessThan(9);
    expect(found.value.shares[0]).toBeCloseTo(0.5, 1);
  });

  it('pulls without end where people are alike, and not at all where each has a place of his own', () => {
    const alike = fitPrior(
      sumPrior([
        [1, 1],
        [1, 1],
      ]),
    );
    expect(alike).toMatchObject({ value: { strength: 1e6 } });
    const apart = fitPrior(
      sumPrior([
        [5, 0],
        [0, 5],
      ]),
    );
    expect(apart).toMatchObject({ value: { strength: 1e-6 } });
  });

  it('has no population of people with one event each', () => {
    expect(
      fitPrior(
        sumPrior([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toEqual(absent('no_population'));
    expect(fitPrior(sumPrior([]))).toEqual(absent('no_population'));
    expect(fitPrior({ counts: [Number.NaN], pairs: 1, equalPairs: 0 })).toEqual(absent('not_finite'));
    expect(shrink([1], prior)).toEqual(absent('shape_mismatch'));
  });
});

describe('quintiles', () => {
  it('cut a population into fifths', () => {
    const cuts = quintileCuts(Array.from({ length: 100 }, (_, i) => i + 1));
    if (cuts.kind === 'absent') throw new Error(cuts.reason);
    const found = Array.from({ length: 100 }, (_, i) => numberOf(quintile(i + 1, cuts.value)));
    for (const fifth of [1, 2, 3, 4, 5]) expect(found.filter((one) => one === fifth)).toHaveLength(20);
    expect(quintile(0.1 + 0.2, [0.3])).toEqual(measured(1)); // as it came out of a sum
    expect(quintileCuts([])).toEqual(absent('no_population'));
    expect(quintile(Number.NaN, cuts.value)).toEqual(absent('not_finite'));
  });

  it('interpolate like type 7 of Hyndman & Fan: R gives quantile(c(1, 2, 4, 8), .4) = 2.4', () => {
    expect(numberOf(quantile([8, 1, 4, 2], 0.4))).toBeCloseTo(2.4, 12);
  });
});
