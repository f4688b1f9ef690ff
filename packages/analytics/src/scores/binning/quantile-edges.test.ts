import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantileEdges } from './quantile-edges.js';

it('gives each of few values a bin of its own', () => {
  expect(quantileEdges(Float64Array.of(3, 1, 1, 2, Number.NaN, 3), 10)).toEqual([1.5, 2.5]);
});

it('spreads many values evenly, what a heavy one takes over its share set aside', () => {
  const values = Float64Array.from({ length: 1000 }, (_, at) => (at < 500 ? 0 : at));
  const edges = quantileEdges(values, 5);
  expect(edges).toEqual([250, 624.5, 749.5, 874.5]);
});

it('never gives more bins than asked for, nor an edge that leaves a bin empty', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
      fc.integer({ min: 1, max: 20 }),
      (list, most) => {
        const values = Float64Array.from(list);
        const edges = quantileEdges(values, most);
        expect(edges.length).toBeLessThan(most);
        for (let bin = 0; bin <= edges.length && values.length > 0; bin += 1) {
          const [low = -Infinity, high = Infinity] = [edges[bin - 1], edges[bin]];
          expect(values.some((value) => value >= low && value < high)).toBe(true);
        }
      },
    ),
  );
});
