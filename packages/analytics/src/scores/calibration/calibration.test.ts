import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { evaluateScores } from '../evaluation/evaluate-scores.js';
import { fitBeta } from './beta.js';
import { calibrate, fitCalibration } from './calibration.js';
import { fitIsotonic } from './isotonic.js';
import { logOdds, probabilityOf } from './log-odds.js';
import { fitPlatt } from './platt.js';

const METHODS = ['platt', 'beta', 'isotonic'] as const;
const scored = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
    minLength: 1,
    maxLength: 50,
  })
  .map((rows) => ({ probabilities: rows.map(([p]) => p), labels: rows.map(([, y]) => y) }));

/* p and y as in evaluate-scores.test.ts; scikit-learn 1.9.1, scipy 1.17.1:
 *   i = np.arange(40); p = np.round(((i * 37) % 41 + 1) / 43, 2); y = (((i * 29) % 31) / 31 < p).astype(int) */
const p = Array.from({ length: 40 }, (_, i) => Math.round((100 * (((i * 37) % 41) + 1)) / 43) / 100);
const y = p.map((probability, i) => (((i * 29) % 31) / 31 < probability ? 1 : 0));

/** Rows whose model is too bold: it says log-odds 2 x as far out, and .7 too high. */
function bold(rows: number, seed: number): { said: number[]; truth: number[]; labels: number[] } {
  const random = seededRandom(seed);
  const truth = Array.from({ length: rows }, () => 0.02 + 0.7 * random());
  return {
    truth,
    said: truth.map((probability) => probabilityOf(2 * logOdds(probability) + 0.7)),
    labels: truth.map((probability) => (random() < probability ? 1 : 0)),
  };
}

describe('fitPlatt', () => {
  it('finds the line of scikit-learn where nothing pulls', () => {
    // A, B = sklearn.calibration._sigmoid_calibration(np.log(p / (1 - p)), y); slope -A, intercept -B
    const line = fitPlatt(p, y, 1e-9);
    expect(line.slope).toBeCloseTo(0.25345253447360644, 5);
    expect(line.intercept).toBeCloseTo(-0.2993854042119663, 5);
  });

  it('undoes a line in the log-odds', () => {
    const { said, labels } = bold(20_000, 1);
    const line = fitPlatt(said, labels);
    expect(line.slope).toBeCloseTo(0.5, 1);
    expect(line.intercept).toBeCloseTo(-0.35, 1);
  });
});

describe('fitBeta', () => {
  it('finds the curve of greatest likelihood where nothing pulls', () => {
    // y2 = (((i * i * 17) % 43) / 43 < p).astype(int); scipy.optimize.minimize (BFGS) of
    // sum(logaddexp(0, q) - y2 * q), q = c + a log(p) - b log(1 - p)
    const y2 = p.map((probability, i) => (((i * i * 17) % 43) / 43 < probability ? 1 : 0));
    const curve = fitBeta(p, y2, 1e-9);
    expect([curve.intercept, curve.a, curve.b].map((w) => w.toFixed(4))).toEqual(['-0.6875', '0.0387', '1.6170']);
  });

  it('leaves out the side that would turn the order round', () => {
    // On y the same minimisation gives a = -.6177: with b alone it is c, b below.
    const curve = fitBeta(p, y, 1e-9);
    expect(curve.a).toBe(0);
    expect([curve.intercept, curve.b].map((w) => w.toFixed(4))).toEqual(['-1.0265', '0.7896']);
  });
});

describe('fitIsotonic', () => {
  it('finds the curve of scikit-learn', () => {
    // IsotonicRegression(out_of_bounds='clip').fit(p, y).predict(places)
    const places = [0.1, 0.2, 0.33, 0.415, 0.5, 0.66, 0.8];
    const expected = [5 / 18, 5 / 18, 5 / 18, 5 / 18, 1 / 3, 0.5, 0.5];
    const curve = fitIsotonic(p, y);
    for (const [i, place] of places.entries()) expect(calibrate(curve, place)).toBeCloseTo(Number(expected[i]), 12);
  });

  it('is right by hand', () => {
    // .2 -> 1 and .4 -> 0 are pooled to 1/2; the ends are held inside 1/6 and 5/6.
    const curve = fitIsotonic([0.1, 0.2, 0.4, 0.8], [0, 1, 0, 1]);
    expect([0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1].map((place) => calibrate(curve, place))).toEqual(
      [1 / 6, 0.5, 0.5, 0.5, 0.5 + 1 / 6, 5 / 6, 5 / 6].map((value) => expect.closeTo(value, 12)),
    );
  });

  it('has the mean of the labels in each level stretch, so it is calibrated on its own rows', () => {
    fc.assert(
      fc.property(scored, ({ probabilities, labels }) => {
        const curve = fitIsotonic(probabilities, labels);
        for (const value of new Set(curve.values)) {
          const rows = labels.filter((_, row) => calibrate(curve, Number(probabilities[row])) === value);
          const mean = rows.reduce((sum, label) => sum + label, 0) / rows.length;
          const least = 1 / (labels.length + 2);
          expect(value).toBeCloseTo(Math.min(1 - least, Math.max(least, mean)), 9);
        }
      }),
    );
  });
});

it('isotonic rises between the least numbers that there are', () => {
  const least = Number.MIN_VALUE;
  const curve = fitIsotonic([11 * least, 0, 0, 11 * least, 11 * least], [0, 1, 0, 1, 1]);
  expect(calibrate(curve, 11 * least)).toBeGreaterThanOrEqual(calibrate(curve, 10 * least));
});

describe('every calibration', () => {
  it.each(METHODS)('%s gives probabilities that never turn the order round', (method) => {
    fc.assert(
      fc.property(
        scored,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, a, b) => {
          const calibration = fitCalibration(method, rows.probabilities, rows.labels);
          const [low, high] = [calibrate(calibration, Math.min(a, b)), calibrate(calibration, Math.max(a, b))];
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          if (method !== 'platt') expect(high).toBeGreaterThanOrEqual(low - 1e-12);
        },
      ),
    );
  });

  it.each(METHODS)('%s brings a model that is too bold close to the truth', (method) => {
    const [then, later] = [bold(4000, 2), bold(4000, 3)];
    const calibration = fitCalibration(method, then.said, then.labels);
    const now = later.said.map((probability) => calibrate(calibration, probability));
    expect(evaluateScores(later.said, later.labels).ece).toBeGreaterThan(0.08);
    expect(evaluateScores(now, later.labels).ece).toBeLessThan(0.03);
    const best = evaluateScores(later.truth, later.labels).logLoss;
    expect(evaluateScores(now, later.labels).logLoss).toBeLessThan(best * 1.01);
  });

  it.each(METHODS)('%s survives one outcome alone, one row, and scores of 0 and 1', (method) => {
    for (const [scores, labels] of [
      [[0.5], [1]],
      [
        [0, 1, 0, 1],
        [1, 0, 1, 0],
      ],
      [
        [0.3, 0.3, 0.3],
        [0, 0, 0],
      ],
    ] as const) {
      const calibration = fitCalibration(method, scores, labels);
      for (const at of [0, 0.3, 1]) expect(Number.isFinite(calibrate(calibration, at))).toBe(true);
    }
  });

  it.each(METHODS)('%s says what is wrong with its rows', (method) => {
    expect(() => fitCalibration(method, [Number.NaN], [1])).toThrow('probability of row 0');
    expect(() => fitCalibration(method, [], [])).toThrow('no rows');
  });
});
