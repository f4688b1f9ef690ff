import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { probabilityOf } from '../calibration/log-odds.js';
import { fitVennAbers, vennAbersInterval } from './venn-abers.js';

/** The definition: the isotonic curve of all rows with one more, at that one (max-min formula). */
function byDefinition(scores: readonly number[], labels: readonly number[], score: number, label: number): number {
  const all = [...scores.map((at, row) => ({ at, y: Number(labels[row]) })), { at: score, y: label }];
  const places = [...new Set(all.map(({ at }) => at))].sort((a, b) => a - b);
  let best = 0;
  for (const from of places.filter((at) => at <= score)) {
    let least = 1;
    for (const to of places.filter((at) => at >= score)) {
      const inside = all.filter(({ at }) => at >= from && at <= to);
      least = Math.min(least, inside.reduce((sum, { y }) => sum + y, 0) / inside.length);
    }
    best = Math.max(best, least);
  }
  return best;
}

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 25,
});

describe('fitVennAbers', () => {
  it('gives what the definition gives, at scores, between them and outside', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -1, max: 41 }), (input, half) => {
        const scores = input.map(([step]) => 0.1 + step / 25);
        const labels = input.map(([, label]) => label);
        const score = 0.1 + half / 50;
        const { low, high } = vennAbersInterval(fitVennAbers(scores, labels), score);
        expect(low).toBeCloseTo(byDefinition(scores, labels, score, 0), 10);
        expect(high).toBeCloseTo(byDefinition(scores, labels, score, 1), 10);
      }),
      { numRuns: 500 },
    );
  });

  it('is right by hand for two rows', () => {
    // Asked at .5: with a 1 the curve is 0, 1, 1; with a 0 it is 0, 0, 1.
    expect(vennAbersInterval(fitVennAbers([0.2, 0.8], [0, 1]), 0.5)).toEqual({ low: 0, high: 1, probability: 0.5 });
    // Below all rows: with a 1 all three are pooled but the 0 before the 1: 1, 0 -> 1/2.
    expect(vennAbersInterval(fitVennAbers([0.2, 0.8], [0, 1]), 0.1)).toEqual({ low: 0, high: 0.5, probability: 1 / 3 });
  });

  it('holds low <= probability <= high, all within 0..1', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (input, score) => {
        const fitted = fitVennAbers(
          input.map(([step]) => step / 20),
          input.map(([, label]) => label),
        );
        const { low, high, probability } = vennAbersInterval(fitted, score);
        expect(low).toBeGreaterThanOrEqual(-1e-12);
        expect(low).toBeLessThanOrEqual(probability + 1e-12);
        expect(probability).toBeLessThanOrEqual(high + 1e-12);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('covers the share of positives in every fifth of the scores within binomial error, for a model far off', () => {
    const random = seededRandom(5);
    const draw = (n: number): { score: number; truth: number; label: number }[] =>
      Array.from({ length: n }, () => {
        const odds = 6 * (random() - 0.5);
        const truth = probabilityOf(odds + Math.sin(2 * odds) / 3);
        return { score: probabilityOf(2.5 * odds + 1), truth, label: random() < truth ? 1 : 0 };
      });
    const [before, later] = [draw(4000), draw(20_000)];
    const fitted = fitVennAbers(
      before.map(({ score }) => score),
      before.map(({ label }) => label),
    );
    later.sort((a, b) => a.score - b.score);
    for (let fifth = 0; fifth < 5; fifth += 1) {
      const part = later.slice(4000 * fifth, 4000 * fifth + 4000);
      const mean = (value: (row: (typeof part)[number]) => number): number =>
        part.reduce((sum, row) => sum + value(row), 0) / part.length;
      const observed = mean(({ label }) => label);
      // Both samples err: 800 rows of the first and 4,000 of the second fall into a fifth; four standard errors of both.
      const error = 4 * Math.sqrt(0.25 / 800 + 0.25 / 4000) * Math.sqrt(4 * observed * (1 - observed));
      expect(observed).toBeGreaterThan(mean(({ score }) => vennAbersInterval(fitted, score).low) - error);
      expect(observed).toBeLessThan(mean(({ score }) => vennAbersInterval(fitted, score).high) + error);
      expect(Math.abs(mean(({ score }) => score) - observed)).toBeGreaterThan(fifth === 2 ? 0 : 0.02);
    }
  });
});
