import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptUpTo, NOTHING_TAKEN, noteTaken, type TakenTimes } from './taken-times.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A queue of which each number is taken at its time, and how many are known to be kept at the end. */
function keptOf(taken: readonly (readonly [seq: number, atMs: number])[], nowMs: number): number {
  const times: TakenTimes = { ...NOTHING_TAKEN };
  let highest = 0;
  for (const [seq, atMs] of taken) {
    noteTaken(times, seq, highest, atMs);
    highest = Math.max(highest, seq);
  }
  return keptUpTo(times, highest, nowMs);
}

describe('by when numbers were taken', () => {
  it('all are kept an hour after the last, whenever the others came', () => {
    const visit = [1, 2, 3].map((seq) => [seq, seq * MINUTE_MS] as const);
    expect(keptOf(visit, HOUR_MS)).toBe(0);
    expect(keptOf(visit, HOUR_MS + 5 * MINUTE_MS)).toBe(3);
  });

  it('those of the visit before are kept as soon as the next begins', () => {
    const visits = [1, 2, 3, 4].map((seq) => [seq, seq < 4 ? seq * MINUTE_MS : 5 * HOUR_MS] as const);
    expect(keptOf(visits, 5 * HOUR_MS + 1)).toBe(3);
  });

  it('of a queue without a pause they are known two hours later at the latest', () => {
    const steady = Array.from({ length: 600 }, (_, i) => [i + 1, i * MINUTE_MS] as const);
    for (let end = 150; end <= 600; end++) {
      const known = keptOf(steady.slice(0, end), (end - 1) * MINUTE_MS);
      expect(known).toBeGreaterThanOrEqual(end - 125);
      expect(known).toBeLessThanOrEqual(end - 60);
    }
  });

  it('no number that was taken within the hour is ever told as kept, in whatever order they come', () => {
    const step = fc.record({ seq: fc.integer({ min: 1, max: 60 }), afterMs: fc.integer({ min: 0, max: 2 * HOUR_MS }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 3 * HOUR_MS }), (steps, restMs) => {
        let nowMs = Date.UTC(2026, 0, 5);
        const takenAt = new Map<number, number>();
        for (const { seq, afterMs } of steps) {
          nowMs += afterMs;
          if (!takenAt.has(seq)) takenAt.set(seq, nowMs);
        }
        nowMs += restMs;
        const known = keptOf([...takenAt], nowMs);
        const young = [...takenAt].filter(([, atMs]) => nowMs - atMs <= HOUR_MS).map(([seq]) => seq);
        expect(known).toBeLessThan(Math.min(...young, Number.POSITIVE_INFINITY));
      }),
    );
  });
});
