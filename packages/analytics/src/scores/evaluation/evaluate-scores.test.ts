import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { brierParts } from './brier.js';
import { evaluateScores } from './evaluate-scores.js';
import { reliabilityCurve } from './reliability.js';
import { tallyScores } from './tally-scores.js';
import { topShare } from './top-share.js';

/** Probabilities with many ties, and labels; both outcomes may be missing. */
const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 })
  .map((rows) => ({ probabilities: rows.map(([step]) => step / 12), labels: rows.map(([, label]) => label) }));

/*
 * numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1:
 *   i = np.arange(40); p = np.round(((i * 37) % 41 + 1) / 43, 2); y = (((i * 29) % 31) / 31 < p).astype(int)
 *   roc_auc_score(y, p), log_loss(y, p), brier_score_loss(y, p), ks_2samp(p[y == 1], p[y == 0]).statistic
 * and the same with (np.floor(p * 10) + .5) / 11, which leaves 10 distinct values.
 */
const probabilities = Array.from({ length: 40 }, (_, i) => Math.round((100 * (((i * 37) % 41) + 1)) / 43) / 100);
const labels = probabilities.map((probability, i) => (((i * 29) % 31) / 31 < probability ? 1 : 0));

describe('evaluateScores', () => {
  it('gives the figures of scikit-learn and scipy', () => {
    const found = evaluateScores(probabilities, labels);
    expect(found.auc).toBeCloseTo(0.6368286445012789, 12);
    expect(found.logLoss).toBeCloseTo(0.7753418549679661, 12);
    expect(found.brier).toBeCloseTo(0.261825, 12);
    expect(found.ks).toBeCloseTo(0.29923273657289, 12);
  });

  it('gives them with ties too', () => {
    const coarse = probabilities.map((probability) => (Math.floor(probability * 10) + 0.5) / 11);
    const found = evaluateScores(coarse, labels);
    expect(found.auc).toBeCloseTo(0.6317135549872124, 12);
    expect(found.logLoss).toBeCloseTo(0.7460155761774608, 12);
    expect(found.brier).toBeCloseTo(0.25330578512396695, 12);
    expect(found.ks).toBeCloseTo(0.2557544757033248, 12);
  });

  it('is right by hand for four rows', () => {
    // Pairs (positive, negative): .8>.3, .8>.5, .4>.3, .4<.5. Three of four.
    const found = evaluateScores([0.8, 0.3, 0.4, 0.5], [1, 0, 1, 0]);
    expect(found.auc).toBe(0.75);
    expect(found.ks).toBe(0.5);
    expect(found.brier).toBeCloseTo((0.04 + 0.09 + 0.36 + 0.25) / 4, 12);
    expect(found.logLoss).toBeCloseTo(-Math.log(0.8 * 0.7 * 0.4 * 0.5) / 4, 12);
    expect(found.precision10).toBe(1);
    expect(found.lift10).toBe(2);
  });

  it('counts pairs as the definition of the AUC does', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { auc } = evaluateScores(rows.probabilities, rows.labels);
        const expected = aucByPairs(rows.probabilities, rows.labels);
        if (Number.isNaN(expected)) expect(auc).toBeNull();
        else expect(auc).toBeCloseTo(expected, 10);
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(scored, fc.integer(), (rows, seed) => {
        const random = seededRandom(seed);
        const places = rows.labels.map((_, row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
        const [before, after] = [
          evaluateScores(rows.probabilities, rows.labels),
          evaluateScores(
            places.map(({ row }) => Number(rows.probabilities[row])),
            places.map(({ row }) => Number(rows.labels[row])),
          ),
        ];
        expect(after).toEqual(before);
      }),
    );
  });

  it('has no figure that is not finite, whatever comes', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        for (const figure of Object.values(evaluateScores(rows.probabilities, rows.labels))) {
          expect(figure === null || Number.isFinite(figure)).toBe(true);
        }
      }),
    );
  });

  it('has no AUC, KS or lift where only one outcome is there', () => {
    expect(evaluateScores([0.2, 0.4], [0, 0])).toMatchObject({ auc: null, ks: null, lift10: null, precision10: 0 });
    expect(evaluateScores([0.2, 0.4], [1, 1])).toMatchObject({ auc: null, ks: null, lift10: 1 });
  });

  it('says what is wrong with rows it cannot measure', () => {
    expect(() => evaluateScores([], [])).toThrow('no rows');
    expect(() => evaluateScores([0.5], [1, 0])).toThrow('1 probabilities for 2 labels');
    expect(() => evaluateScores([Number.NaN], [1])).toThrow('probability of row 0 is NaN');
    expect(() => evaluateScores([0.1, 1.2], [1, 0])).toThrow('probability of row 1 is 1.2');
    expect(() => evaluateScores([0.5], [2])).toThrow('label of row 0 is 2');
  });
});

describe('the calibration error', () => {
  it('is the mean distance of ten bins of equal mass, as numpy sorts and cuts', () => {
    const order = probabilities
      .map((_, row) => row)
      .sort((a, b) => Number(probabilities[a]) - Number(probabilities[b]));
    let expected = 0;
    for (let bin = 0; bin < 10; bin += 1) {
      const rows = order.slice(4 * bin, 4 * bin + 4);
      expected += Math.abs(rows.reduce((sum, row) => sum + Number(probabilities[row]) - Number(labels[row]), 0)) / 40;
    }
    expect(evaluateScores(probabilities, labels).ece).toBeCloseTo(expected, 12);
    expect(expected).toBeGreaterThan(0.1);
  });

  it('is 0 for one probability that is the base rate', () => {
    expect(
      evaluateScores(
        Array(40).fill(0.25),
        Array.from({ length: 40 }, (_, i) => (i < 10 ? 1 : 0)),
      ).ece,
    ).toBeCloseTo(0, 12);
  });
});

describe('brierParts', () => {
  it('add up to the score', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 12 }), (rows, bins) => {
        const parts = brierParts(tallyScores(rows.probabilities, rows.labels), bins);
        const sum = parts.reliability - parts.resolution + parts.uncertainty + parts.withinBins;
        expect(sum).toBeCloseTo(parts.brier, 10);
      }),
    );
  });

  it('are right by hand where each bin holds one probability', () => {
    // Said .25 and .75, happened 0 of 2 and 1 of 2: reliability .0625, resolution .0625, uncertainty 3/16.
    const parts = brierParts(tallyScores([0.25, 0.25, 0.75, 0.75], [0, 0, 1, 0]), 2);
    expect(parts.reliability).toBeCloseTo(0.0625, 12);
    expect(parts.resolution).toBeCloseTo(0.0625, 12);
    expect(parts.uncertainty).toBeCloseTo(3 / 16, 12);
    expect(parts.withinBins).toBeCloseTo(0, 12);
  });
});

describe('reliabilityCurve', () => {
  it('holds every row once, in bins that differ by one row at most', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 20 }), (rows, bins) => {
        const curve = reliabilityCurve(tallyScores(rows.probabilities, rows.labels), bins);
        const sizes = curve.map((bin) => bin.rows);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(rows.labels.length);
        if (rows.labels.length >= bins) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const bin of curve) {
          expect(bin.low).toBeLessThanOrEqual(bin.observed);
          expect(bin.high).toBeGreaterThanOrEqual(bin.observed);
        }
      }),
    );
  });

  it('refuses bins that are none', () => {
    expect(() => reliabilityCurve(tallyScores([0.5], [1]), 0)).toThrow('bins must be a whole number');
  });

  it('has the interval of Wilson', () => {
    // Wilson's formula for 3 of 10, z = 1.959964, in double precision outside of this code.
    const [bin] = reliabilityCurve(tallyScores(Array(10).fill(0.5), [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), 1);
    expect(bin?.low).toBeCloseTo(0.10779127, 7);
    expect(bin?.high).toBeCloseTo(0.60322185, 7);
  });
});

describe('topShare', () => {
  it('shares tied rows out by their mean', () => {
    // Top 2 of 4: one row of .9 (positive), and one of the three of .5, of which one is positive.
    expect(topShare(tallyScores([0.9, 0.5, 0.5, 0.5], [1, 1, 0, 0]), 0.5)).toEqual({
      rows: 2,
      precision: (1 + 1 / 3) / 2,
      lift: (1 + 1 / 3) / 2 / 0.5,
    });
  });

  it('refuses a share outside (0, 1]', () => {
    expect(() => topShare(tallyScores([0.5], [1]), 0)).toThrow(RangeError);
    expect(() => topShare(tallyScores([0.5], [1]), 1.1)).toThrow(RangeError);
  });
});

function aucByPairs(p: readonly number[], y: readonly number[]): number {
  let [pairs, won] = [0, 0];
  for (const [a, positive] of y.entries()) {
    if (positive === 0) continue;
    for (const [b, negative] of y.entries()) {
      if (negative === 1) continue;
      pairs += 1;
      won += Number(p[a]) > Number(p[b]) ? 1 : p[a] === p[b] ? 0.5 : 0;
    }
  }
  return won / pairs;
}
