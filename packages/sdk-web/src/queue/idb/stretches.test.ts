import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stretches } from './stretches.js';

describe('stretches', () => {
  it('holds each number once, and nothing between', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (seqs) => {
        const held = stretches(seqs).flatMap(({ lower, upper }) =>
          Array.from({ length: upper - lower + 1 }, (_, at) => lower + at),
        );
        expect(held).toEqual(seqs);
      }),
    );
  });

  it('makes one of numbers that follow one another', () => {
    const ends = stretches([4, 5, 6, 9, 11, 12]).map(({ lower, upper }) => [lower, upper]);
    expect(ends).toEqual([
      [4, 6],
      [9, 9],
      [11, 12],
    ]);
  });
});
