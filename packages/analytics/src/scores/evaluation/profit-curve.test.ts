import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profitCurve } from './profit-curve.js';
import { tallyScores } from './tally-scores.js';

const tally = tallyScores([0.9, 0.6, 0.6, 0.1], [1, 1, 0, 0]);

describe('profitCurve', () => {
  it('acts on the best-scored first, tied ones together', () => {
    const { points, best } = profitCurve(tally, { onPositive: 10, onNegative: -4 });
    expect(points).toEqual([
      { threshold: 0.9, actedShare: 0.25, profit: 10 },
      { threshold: 0.6, actedShare: 0.75, profit: 16 },
      { threshold: 0.1, actedShare: 1, profit: 12 },
    ]);
    expect(best).toEqual(points[1]);
  });

  it('has no best point where nobody is worth it', () => {
    expect(profitCurve(tally, { onPositive: -1, onNegative: -4 }).best).toBeNull();
  });

  it('ends with everybody, whatever the scores', () => {
    const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, (scored) => {
        const positives = scored.filter(([, label]) => label === 1).length;
        const { points, best } = profitCurve(
          tallyScores(
            scored.map(([probability]) => probability),
            scored.map(([, label]) => label),
          ),
          { onPositive: 3, onNegative: -2 },
        );
        expect(points.at(-1)).toMatchObject({ actedShare: 1, profit: 3 * positives - 2 * (scored.length - positives) });
        expect(best?.profit ?? 0).toBe(Math.max(0, ...points.map((point) => point.profit)));
      }),
    );
  });

  it('refuses amounts that are none', () => {
    expect(() => profitCurve(tally, { onPositive: Number.NaN, onNegative: 0 })).toThrow(RangeError);
  });
});
