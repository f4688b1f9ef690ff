import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueLedger } from './queue-ledger.js';
import { addRange } from './seq-intervals.js';

const story = { queueId: 'q', delivered: [], rejected: [], dropped: 0, lastSeenAt: 5 };
const HIGHEST = 30;
const setOf = (numbers: readonly number[]) => {
  const intervals: number[] = [];
  for (const n of numbers) addRange(intervals, n, n);
  return intervals;
};

describe('the ledger of a queue', () => {
  it('tells what came, what was refused, what the device gave up, and what is on its way', () => {
    expect(queueLedger({ ...story, delivered: [1, 4, 8, 9, 12, 12], rejected: [5, 5], dropped: 2 })).toEqual({
      queueId: 'q',
      highestSeq: 12,
      delivered: 7,
      rejected: 1,
      dropped: 2,
      missing: 2,
      gaps: [
        [6, 7],
        [10, 11],
      ],
      lastSeenAt: 5,
    });
  });

  it('is none where nothing came', () => {
    expect(queueLedger({ ...story, dropped: 7 })).toBeUndefined();
  });

  it('gives a device that says too much no more drops than there are gaps', () => {
    expect(queueLedger({ ...story, delivered: [1, 2, 5, 5], dropped: 9 })).toMatchObject({ dropped: 2, missing: 0 });
    expect(queueLedger({ ...story, delivered: [1, 5], dropped: 9 })).toMatchObject({ dropped: 0, missing: 0 });
  });

  it('shows the first hundred gaps', () => {
    const delivered = Array.from({ length: 300 }, (_, n) => [3 * n + 3, 3 * n + 4]).flat();
    const ledger = queueLedger({ ...story, delivered });
    expect(ledger?.gaps).toHaveLength(100);
    expect(ledger?.gaps.slice(0, 2)).toEqual([
      [1, 2],
      [5, 5],
    ]);
    expect(ledger?.missing).toBe(301);
  });

  it('balances whatever came, each number counted once, the delivered before the refused', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: HIGHEST }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, numbers, fc.nat(40), (delivered, rejected, dropped) => {
        const ledger = queueLedger({ ...story, delivered: setOf(delivered), rejected: setOf(rejected), dropped });
        const highestSeq = Math.max(0, ...delivered, ...rejected);
        expect(ledger === undefined).toBe(highestSeq === 0);
        if (highestSeq === 0) return;
        const [taken, refused] = [new Set(delivered), new Set(rejected)];
        const absent = Array.from({ length: highestSeq }, (_, n) => n + 1).filter(
          (n) => !taken.has(n) && !refused.has(n),
        );
        expect(ledger).toMatchObject({
          highestSeq,
          delivered: taken.size,
          rejected: [...refused].filter((n) => !taken.has(n)).length,
          dropped: Math.min(dropped, absent.length),
          missing: Math.max(0, absent.length - dropped),
        });
        const inGaps = ledger?.gaps.flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, n) => first + n),
        );
        expect(inGaps).toEqual(absent);
      }),
      { numRuns: 500 },
    );
  });

  it('counts the highest numbers of the protocol exactly', () => {
    const max = 2 ** 48 - 1;
    expect(queueLedger({ ...story, delivered: [max, max] })).toMatchObject({ highestSeq: max, missing: max - 1 });
  });
});
