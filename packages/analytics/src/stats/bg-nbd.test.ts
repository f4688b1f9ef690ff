import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliveProbability, bgNbdLogLikelihood, type CountedHistory, expectedPurchases, fitBgNbd } from './bg-nbd.js';
import { hypergeometric2F1 } from './hypergeometric.js';
import { logGamma } from './log-gamma.js';
import { absent, type Measure, measured } from './outcome.js';

const numberOf = (one: Measure) => (one.kind === 'measured' ? one.value : Number.NaN);
/** What the source found for the CDNOW sample. */
const PUBLISHED = { r: 0.242594, alpha: 4.413532, a: 0.792919, b: 2.425895 };
const DAY_MS = 86_400_000;
const CDNOW = join(process.env.TIDEMARK_TEST_DATA ?? '../shared/data', 'cdnow/CDNOW_sample.txt');

/** The calibration period of the source: 1997-01-01 to 1997-09-30, one purchase a day, weeks. */
function cdnowHistories(): CountedHistory[] {
  const [from, to] = [Date.UTC(1997, 0, 1), Date.UTC(1997, 8, 30)];
  const daysOf = new Map<string, Set<number>>();
  for (const line of readFileSync(CDNOW, 'utf8').split('\n')) {
    const [, customer, day] = line.trim().split(/\s+/);
    if (!customer || !day) continue;
    const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
    if (at < from || at > to) continue;
    daysOf.set(customer, (daysOf.get(customer) ?? new Set()).add(at));
  }
  return [...daysOf.values()].map((days) => {
    const first = Math.min(...days);
    const weeks = (until: number) => (until - first) / DAY_MS / 7;
    return { repeats: days.size - 1, lastAt: weeks(Math.max(...days)), observed: weeks(to), customers: 1 };
  });
}

describe('BG/NBD', () => {
  it.skipIf(!existsSync(CDNOW))('finds on the CDNOW sample what its authors found', () => {
    const histories = cdnowHistories();
    expect(histories).toHaveLength(2_357);
    const found = fitBgNbd(histories);
    if (found.kind === 'absent') throw new Error(found.reason);
    expect(Math.abs(found.value.r - 0.2426)).toBeLessThan(0.001);
    expect(Math.abs(found.value.alpha - 4.4135)).toBeLessThan(0.001);
    expect(Math.abs(found.value.a - 0.7929)).toBeLessThan(0.001);
    expect(Math.abs(found.value.b - 2.4258)).toBeLessThan(0.001);
    expect(Math.abs(found.value.logLikelihood + 9_582.43)).toBeLessThan(0.01);
  });

  it('expects of the customer in the worked example of its authors 1.226 purchases in 39 weeks', () => {
    const history = { repeats: 2, lastAt: 30.43, observed: 38.86 };
    expect(numberOf(expectedPurchases(PUBLISHED, history, 39))).toBeCloseTo(1.226, 3);
    // 1 / (1 + a / (b + 1) * ((alpha + T) / (alpha + t))^(r + 2)), by hand.
    const odds = (0.792919 / 3.425895) * (43.273532 / 34.843532) ** 2.242594;
    expect(numberOf(aliveProbability(PUBLISHED, history))).toBeCloseTo(1 / (1 + odds), 12);
  });

  it('finds what it was made with, and the same in days as in weeks', () => {
    // Counts in proportion to the model's own probabilities would be exact; a lattice of histories stands for them.
    const histories: CountedHistory[] = [];
    for (const [repeats, lastAt, customers] of [
      [0, 0, 70],
      [1, 5, 12],
      [1, 20, 8],
      [2, 15, 6],
      [3, 30, 4],
      [6, 35, 2],
    ] as const) {
      histories.push({ repeats, lastAt, observed: 38, customers });
    }
    const weeks = fitBgNbd(histories);
    const days = fitBgNbd(histories.map((one) => ({ ...one, lastAt: one.lastAt * 7, observed: one.observed * 7 })));
    if (weeks.kind === 'absent' || days.kind === 'absent') throw new Error('not fitted');
    expect(days.value.alpha / 7).toBeCloseTo(weeks.value.alpha, 3);
    expect(days.value.r).toBeCloseTo(weeks.value.r, 4);
    const apart = histories.flatMap((one) => Array.from({ length: one.customers }, () => ({ ...one, customers: 1 })));
    expect(fitBgNbd(apart.toReversed())).toEqual(weeks);
    const sum = histories.reduce((all, one) => all + one.customers * bgNbdLogLikelihood(weeks.value, one), 0);
    expect(weeks.value.logLikelihood).toBeCloseTo(sum, 8);
    for (const step of [0.99, 1.01]) {
      const beside = { ...weeks.value, r: weeks.value.r * step };
      const lower = histories.reduce((all, one) => all + one.customers * bgNbdLogLikelihood(beside, one), 0);
      expect(lower).toBeLessThan(sum);
    }
  });

  it('gives probabilities between 0 and 1, and more purchases in more time', () => {
    const history = fc
      .record({
        repeats: fc.nat(40),
        part: fc.double({ min: 0.01, max: 1, noNaN: true }),
        observed: fc.double({ min: 1, max: 500, noNaN: true }),
      })
      .map(({ repeats, part, observed }) => ({ repeats, lastAt: repeats === 0 ? 0 : part * observed, observed }));
    fc.assert(
      fc.property(history, (one) => {
        const alive = numberOf(aliveProbability(PUBLISHED, one));
        expect(alive).toBeGreaterThanOrEqual(0);
        expect(alive).toBeLessThanOrEqual(1);
        const [month, year] = [4, 52].map((weeks) => numberOf(expectedPurchases(PUBLISHED, one, weeks)));
        expect(year).toBeGreaterThanOrEqual(month ?? Number.NaN);
        expect(numberOf(expectedPurchases(PUBLISHED, one, 0))).toBeCloseTo(0, 9);
      }),
    );
  });

  it('names what is wrong with a history or a population', () => {
    const good = { repeats: 1, lastAt: 2, observed: 3 };
    const many = (one: typeof good) => [{ ...one, customers: 20 }];
    for (const [broken, reason] of [
      [{ ...good, observed: Number.NaN }, 'not_finite'],
      [{ ...good, lastAt: 4 }, 'out_of_order'],
      [{ ...good, repeats: 0 }, 'out_of_order'],
      [{ ...good, repeats: -1 }, 'negative'],
      [{ ...good, repeats: 1.5 }, 'shape_mismatch'],
    ] as const) {
      expect(aliveProbability(PUBLISHED, broken)).toEqual(absent(reason));
      expect(fitBgNbd(many(broken))).toEqual(absent(reason));
    }
    expect(fitBgNbd([])).toEqual(absent('no_population'));
    expect(fitBgNbd([{ ...good, customers: 3 }])).toEqual(absent('no_population'));
    expect(fitBgNbd([{ repeats: 0, lastAt: 0, observed: 9, customers: 99 }])).toEqual(absent('no_population'));
    expect(expectedPurchases(PUBLISHED, good, -1)).toEqual(absent('negative'));
  });
});

describe('special functions', () => {
  it('ln Gamma is that of tables: Gamma(1/2) = sqrt pi, Gamma(10) = 362880', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(10) / Math.log(362_880)).toBeCloseTo(1, 13);
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12); // Abramowitz & Stegun
    expect(logGamma(0)).toBeNaN();
  });

  it('2F1 has its closed forms: (1 - z)^-a, and -ln(1 - z) / z', () => {
    for (const z of [0.1, 0.5, 0.95]) {
      expect(numberOf(hypergeometric2F1(2.5, 1.7, 1.7, z)) * (1 - z) ** 2.5).toBeCloseTo(1, 10);
      expect(numberOf(hypergeometric2F1(1, 1, 2, z))).toBeCloseTo(-Math.log(1 - z) / z, 10);
    }
    expect(hypergeometric2F1(1, 1, 2, 0)).toEqual(measured(1));
    expect(hypergeometric2F1(1, 1, 2, 1)).toEqual(absent('not_converged'));
    // (1 - z)^-a holds for b = c below zero, too.
    expect(numberOf(hypergeometric2F1(0.5, -0.3, -0.3, 0.4))).toBeCloseTo(0.6 ** -0.5, 10);
    expect(hypergeometric2F1(1, 1, -1, 0.5)).toEqual(absent('not_converged'));
  });
});
