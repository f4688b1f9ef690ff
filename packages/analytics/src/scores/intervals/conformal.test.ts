import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { conformalThreshold, fitConformal } from './conformal.js';
import { fitLabelSets, labelSet } from './label-sets.js';

describe('fitConformal', () => {
  it('takes the ceil((n + 1) level)-th smallest distance', () => {
    const distances = Array.from({ length: 19 }, (_, i) => 19 - i);
    expect(conformalThreshold(fitConformal(distances, 0.95))).toBe(19);
    expect(conformalThreshold(fitConformal(distances, 0.5))).toBe(10);
    // Rank 19.2 rounds up to 20 of 19: nothing can be promised.
    expect(conformalThreshold(fitConformal(distances, 0.96))).toBeNull();
  });

  it('knows nothing of a category it has not seen', () => {
    const fitted = fitConformal([1, 2, 3, 9, 9, 9], 0.7, ['a', 'a', 'a', 'b', 'b', 'b']);
    expect(conformalThreshold(fitted, 'a')).toBe(3);
    expect(conformalThreshold(fitted, 'b')).toBe(9);
    expect(conformalThreshold(fitted, 'c')).toBeNull();
    expect(conformalThreshold(fitted, 'constructor')).toBeNull();
  });

  it('covers new rows of each category as often as it says, within binomial error', () => {
    const random = seededRandom(7);
    // Category 1 is nine times as noisy: one threshold for both would cover it far too seldom.
    const draw = (category: number): number => random() ** 3 * (category === 1 ? 9 : 1);
    const rows = 100;
    const trials = 400;
    const covered = [0, 0];
    for (let trial = 0; trial < trials; trial += 1) {
      const categories = Array.from({ length: rows }, (_, row) => row % 2);
      const fitted = fitConformal(categories.map(draw), 0.9, categories);
      for (const category of [0, 1]) {
        const threshold = conformalThreshold(fitted, category) ?? Number.POSITIVE_INFINITY;
        if (draw(category) <= threshold) covered[category] = Number(covered[category]) + 1;
      }
    }
    // With 50 rows the promise is exactly 46/51 = .90196; four standard errors of Binomial(400, .902) are .0594.
    for (const count of covered) expect(Math.abs(count / trials - 46 / 51)).toBeLessThan(0.06);
  });

  it('refuses what it cannot use', () => {
    expect(() => fitConformal([1], 1)).toThrow('level');
    expect(() => fitConformal([Number.NaN], 0.5)).toThrow('row 0');
    expect(() => fitConformal([1], 0.5, [])).toThrow('0 categories for 1 rows');
  });
});

describe('fitLabelSets', () => {
  it('covers each outcome within binomial error, the rare one too, however wrong the model', () => {
    const random = seededRandom(8);
    const draw = (rows: number): { p: number[]; y: number[] } => {
      const y = Array.from({ length: rows }, () => (random() < 0.1 ? 1 : 0));
      return { p: y.map((label) => Math.min(1, (random() + 0.6 * label) * 0.3)), y };
    };
    const covered = [0, 0];
    const seen = [0, 0];
    for (let trial = 0; trial < 40; trial += 1) {
      const [before, later] = [draw(500), draw(250)];
      const fitted = fitLabelSets(before.p, before.y, 0.9);
      for (const [row, label] of later.y.entries()) {
        const set = labelSet(fitted, Number(later.p[row]));
        seen[label] = Number(seen[label]) + 1;
        if (label === 1 ? set.positive : set.negative) covered[label] = Number(covered[label]) + 1;
      }
    }
    for (const label of [0, 1]) {
      const n = Number(seen[label]);
      // Rows of one trial share a threshold: its own error (Beta, some 450 or 50 calibration rows) comes on top.
      const error = 4 * Math.sqrt(0.09 / n + 0.09 / (40 * (label === 1 ? 50 : 450)));
      expect(Number(covered[label]) / n).toBeGreaterThan(0.9 - error);
      expect(Number(covered[label]) / n).toBeLessThan(0.9 + 1 / 51 + error);
    }
  });

  it('rules nothing out of which it has too few rows', () => {
    const fitted = fitLabelSets([0.1, 0.2, 0.9], [0, 0, 1], 0.9);
    expect(labelSet(fitted, 0.5)).toEqual({ positive: true, negative: true });
  });
});
