import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { bootstrapEvaluation } from './bootstrap-evaluation.js';
import { compareLogLoss } from './compare-log-loss.js';
import { compareModels } from './compare-models.js';
import { resampleRows } from './resample.js';

/** Rows whose true probability is uniform; `noise` is what a model gets wrong, in log-odds. */
function world(rows: number, seed: number): { truth: number[]; labels: number[]; noisy: (noise: number) => number[] } {
  const random = seededRandom(seed);
  const truth = Array.from({ length: rows }, () => 0.02 + 0.96 * random());
  const labels = truth.map((probability) => (random() < probability ? 1 : 0));
  return {
    truth,
    labels,
    noisy: (noise) => truth.map((p) => 1 / (1 + ((1 - p) / p) * Math.exp(noise * (random() - 0.5)))),
  };
}

describe('resampleRows', () => {
  it('takes as many rows as there are, each as often as any other', () => {
    const taken = new Float64Array(50);
    resampleRows(50, { seed: 1, resamples: 400 }, (counts) => {
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
      for (const [row, count] of counts.entries()) taken[row] = Number(taken[row]) + count;
    });
    // Binomial(20,000, 1/50) each: 400, standard deviation 19.8; five of them.
    for (const count of taken) expect(Math.abs(count - 400)).toBeLessThan(99);
  });

  it('takes the rows of a group all or none', () => {
    resampleRows(4, { seed: 1, resamples: 100, groups: [7, 9, 7, 9] }, (counts) => {
      expect([counts[0], counts[1]]).toEqual([counts[2], counts[3]]);
      expect(Number(counts[0]) + Number(counts[1])).toBe(2);
    });
  });
});

describe('bootstrapEvaluation', () => {
  it('covers the true Brier score as often as it says', () => {
    // E[(p - y)^2] for p uniform in .02...98 is E[p(1-p)] = 1/4 - Var(p) = .25 - .96^2/12.
    const truth = 0.25 - 0.96 ** 2 / 12;
    let covered = 0;
    for (let trial = 0; trial < 100; trial += 1) {
      const { truth: p, labels } = world(100, trial);
      const { brier } = bootstrapEvaluation(p, labels, { seed: trial, resamples: 100, level: 0.9 });
      if (brier && brier.low <= truth && truth <= brier.high) covered += 1;
    }
    // Binomial(100, .9) lies in 80..98 with 99.8 %.
    expect(covered).toBeGreaterThanOrEqual(80);
    expect(covered).toBeLessThanOrEqual(98);
  });

  it('says the same for the same seed, and other things for another', () => {
    const { truth, labels } = world(100, 3);
    const once = bootstrapEvaluation(truth, labels, { seed: 1, resamples: 100 });
    expect(bootstrapEvaluation(truth, labels, { seed: 1, resamples: 100 })).toEqual(once);
    expect(bootstrapEvaluation(truth, labels, { seed: 2, resamples: 100 })).not.toEqual(once);
  });

  it('is wider where rows come in groups that share their fate', () => {
    const { truth, labels } = world(50, 4);
    const [p, y] = [truth.flatMap((value) => Array(10).fill(value)), labels.flatMap((value) => Array(10).fill(value))];
    const width = (groups?: number[]): number => {
      const { brier } = bootstrapEvaluation(p, y, { seed: 1, resamples: 300, ...(groups && { groups }) });
      return (brier?.high ?? 0) - (brier?.low ?? 0);
    };
    // Ten copies of each row know no more than one: the interval is sqrt(10) times as wide.
    const ratio = width(p.map((_, row) => Math.floor(row / 10))) / width();
    expect(ratio).toBeGreaterThan(2.4);
    expect(ratio).toBeLessThan(4.2);
  });

  it('has no interval for a figure the rows do not have', () => {
    const intervals = bootstrapEvaluation([0.1, 0.2, 0.3], [0, 0, 0], { seed: 1, resamples: 100 });
    expect(intervals.auc).toBeNull();
    expect(intervals.brier).not.toBeNull();
  });

  it('refuses settings that mean nothing', () => {
    expect(() => bootstrapEvaluation([0.5], [1], { seed: 1, resamples: 10 })).toThrow('at least 100');
    expect(() => bootstrapEvaluation([0.5], [1], { seed: 1, level: 1 })).toThrow('level');
    expect(() => bootstrapEvaluation([0.5], [1], { seed: 1, groups: [1, 2] })).toThrow('2 groups for 1 rows');
  });
});

describe('compareLogLoss', () => {
  it('says what compareModels says of the log-loss', () => {
    const { truth, labels, noisy } = world(800, 3);
    const other = noisy(4);
    const options = { seed: 2, resamples: 200, groups: truth.map((_, row) => row % 40) };
    const quick = compareLogLoss(truth, other, labels, options);
    const { logLoss } = compareModels(truth, other, labels, options);
    for (const part of ['difference', 'low', 'high', 'pValue'] as const) {
      expect(quick[part]).toBeCloseTo(logLoss?.[part] ?? Number.NaN, 9);
    }
    expect(quick.verdict).toBe('better');
  });
});

describe('compareModels', () => {
  it('finds the better of two models, from either side', () => {
    const { truth, labels, noisy } = world(800, 5);
    const worse = noisy(4);
    const there = compareModels(truth, worse, labels, { seed: 1, resamples: 200 });
    expect(there.logLoss).toMatchObject({ verdict: 'better' });
    expect(there.auc).toMatchObject({ verdict: 'better' });
    expect(there.logLoss?.pValue).toBeLessThan(0.01);
    const back = compareModels(worse, truth, labels, { seed: 1, resamples: 300 });
    expect(back.logLoss).toMatchObject({ verdict: 'worse' });
    expect(back.logLoss?.difference).toBeCloseTo(-(there.logLoss?.difference ?? Number.NaN), 12);
  });

  it('does not decide between a model and itself', () => {
    const { truth, labels } = world(100, 6);
    const same = compareModels(truth, truth, labels, { seed: 1, resamples: 100 });
    for (const figure of Object.values(same))
      expect(figure).toMatchObject({ difference: 0, verdict: 'undecided', pValue: 1 });
  });

  it('takes two models that are equally good for different no more often than it says', () => {
    let claims = 0;
    for (let trial = 0; trial < 100; trial += 1) {
      const { labels, noisy } = world(100, 1000 + trial);
      const result = compareModels(noisy(2), noisy(2), labels, { seed: trial, resamples: 100 });
      if (result.logLoss?.verdict !== 'undecided') claims += 1;
    }
    // Binomial(100, .05) stays within 13 with 99.9 %.
    expect(claims).toBeLessThanOrEqual(13);
    expect(claims).toBeGreaterThan(0);
  });
});
