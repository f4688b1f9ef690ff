import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BinShape, optimalBins } from './optimal-bins.js';

const SHAPES: readonly BinShape[] = ['ascending', 'descending', 'peak', 'valley'];

it('finds what trying every way of joining finds, for each shape', () => {
  const counts = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      counts,
      fc.constantFrom(...SHAPES),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      (cells, shape, maxBins, leastRows) => {
        const goods = cells.map(([good]) => good);
        const bads = cells.map(([, bad]) => bad);
        const { iv, starts } = optimalBins(goods, bads, { shape, maxBins, leastRows });
        const tried = everyWay(goods, bads).filter(
          (way) => way.starts.length === 1 || isAllowed(way, shape, maxBins, leastRows),
        );
        expect(iv).toBeCloseTo(Math.max(...tried.map((way) => way.iv)), 9);
        expect(tried.find((way) => way.starts.join() === starts.join())?.iv).toBeCloseTo(iv, 9);
      },
    ),
    { numRuns: 200 },
  );
});

interface Way {
  readonly starts: number[];
  readonly rates: number[];
  readonly sizes: number[];
  readonly iv: number;
}

/** Independent of the dynamic programme: cuts by the bits of a number. */
function everyWay(goods: number[], bads: number[]): Way[] {
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  return Array.from({ length: 2 ** (goods.length - 1) }, (_, bits) => {
    const starts = goods.map((_, at) => at).filter((at) => at === 0 || (bits >> (at - 1)) & 1);
    const bins = starts.map(
      (start, at) => [goods.slice(start, starts[at + 1]), bads.slice(start, starts[at + 1])] as const,
    );
    const iv = sum(
      bins.map(([good, bad]) => {
        const [g, b] = [(sum(good) + 0.5) / (sum(goods) + 0.5), (sum(bad) + 0.5) / (sum(bads) + 0.5)];
        return (g - b) * Math.log(g / b);
      }),
    );
    const sizes = bins.map(([good, bad]) => sum(good) + sum(bad));
    return { starts, rates: bins.map(([good], at) => sum(good) / (sizes[at] || 1)), sizes, iv };
  });
}

function isAllowed({ rates, sizes }: Way, shape: BinShape, maxBins: number, leastRows: number): boolean {
  const steps = rates.slice(1).map((rate, at) => Math.sign(rate - (rates[at] ?? 0)));
  const turned = shape === 'descending' || shape === 'valley' ? steps.map((step) => -step) : steps;
  const shown = turned.map((step) => (step > 0 ? 'u' : step < 0 ? 'd' : '=')).join('');
  const pattern = shape === 'peak' || shape === 'valley' ? /^u*d*$/ : /^u*$/;
  return rates.length <= maxBins && sizes.every((size) => size >= leastRows) && pattern.test(shown);
}
