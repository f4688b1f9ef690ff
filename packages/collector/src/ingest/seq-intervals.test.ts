import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRange, countSeqs, gapsOf, hasSeq, removeRange, type SeqIntervals, unionOf } from './seq-intervals.js';

const HIGHEST = 40;
const seq = fc.integer({ min: 1, max: HIGHEST });
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), first: seq, length: fc.integer({ min: 0, max: 8 }) }),
  fc.record({ kind: fc.constant('remove' as const), first: seq, length: fc.integer({ min: 0, max: 8 }) }),
);

describe('seq intervals', () => {
  it('are a set of numbers, kept sorted, disjoint and never adjacent', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const intervals: SeqIntervals = [];
        const model = new Set<number>();
        for (const { kind, first, length } of steps) {
          if (kind === 'add') {
            addRange(intervals, first, first + length);
            for (let n = first; n <= first + length; n++) model.add(n);
          } else {
            removeRange(intervals, first, first + length);
            for (let n = first; n <= first + length; n++) model.delete(n);
          }
        }
        for (let n = 0; n <= HIGHEST + 10; n++) expect(hasSeq(intervals, n), `has ${n}`).toBe(model.has(n));
        expect(intervals.length % 2).toBe(0);
        for (let i = 0; i < intervals.length; i += 2) {
          expect(intervals[i]).toBeLessThanOrEqual(Number(intervals[i + 1]));
          if (i > 0) expect(Number(intervals[i]) - Number(intervals[i - 1])).toBeGreaterThan(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cost two numbers however many arrive in order', () => {
    const intervals: SeqIntervals = [];
    for (let n = 1; n <= 100_000; n++) addRange(intervals, n, n);
    expect(intervals).toEqual([1, 100_000]);
  });

  it('hold the highest numbers of the protocol', () => {
    const max = 2 ** 48 - 1;
    const intervals: SeqIntervals = [];
    addRange(intervals, max, max);
    addRange(intervals, max - 1, max - 1);
    expect(intervals).toEqual([max - 1, max]);
  });

  it('are joined, counted and turned inside out as sets are', () => {
    const numbers = fc.array(seq, { maxLength: 30 });
    const setOf = (members: readonly number[]) => {
      const intervals: SeqIntervals = [];
      for (const n of members) addRange(intervals, n, n);
      return intervals;
    };
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const union = unionOf(setOf(a), setOf(b));
        expect(union).toEqual(setOf([...a, ...b]));
        expect(countSeqs(union)).toBe(new Set([...a, ...b]).size);
        const all = [...union];
        for (const [first, last] of gapsOf(union, Number.POSITIVE_INFINITY)) addRange(all, first, last);
        expect(all).toEqual(union.length === 0 ? [] : [1, Math.max(...a, ...b)]);
        expect(gapsOf(union, 1)).toEqual(gapsOf(union, Number.POSITIVE_INFINITY).slice(0, 1));
      }),
      { numRuns: 500 },
    );
  });
});
