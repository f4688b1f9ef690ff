import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKnownEvents, KNOWN_LIMITS } from './known-events.js';

const DAY = 86_400_000;

describe('createKnownEvents', () => {
  it('knows exactly what was added, in whatever order, also after it was saved', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 }), (seqs) => {
        const known = createKnownEvents();
        for (const seq of seqs) known.add('q', seq, 0);
        const again = createKnownEvents(JSON.parse(JSON.stringify(known.save(0))));
        for (let seq = 1; seq <= 61; seq++) {
          expect(known.has('q', seq)).toBe(seqs.includes(seq));
          expect(again.has('q', seq)).toBe(seqs.includes(seq));
        }
      }),
    );
  });

  it('holds a queue without holes as one range, however long', () => {
    const known = createKnownEvents();
    for (let seq = 1; seq <= 10_000; seq++) known.add('q', seq, 0);
    expect(known.save(0)).toEqual([['q', 0, [[1, 10_000]]]]);
  });

  it('keeps queues apart, and takes an id in capitals for the same', () => {
    const known = createKnownEvents();
    known.add('ABC', 1, 0);
    expect([known.has('abc', 1), known.has('abd', 1)]).toEqual([true, false]);
  });

  it('forgets a queue of which nothing came for 7 days', () => {
    const known = createKnownEvents();
    known.add('old', 1, 0);
    known.add('new', 1, DAY);
    expect(known.save(7 * DAY)).toHaveLength(2);
    expect(known.save(7 * DAY + 1)).toEqual([['new', DAY, [[1, 1]]]]);
    expect(known.has('old', 1)).toBe(false);
  });

  it('never holds more than its bounds: the queue that was silent longest goes, and the lowest range', () => {
    const known = createKnownEvents();
    for (let queue = 0; queue <= KNOWN_LIMITS.queues; queue++) known.add(`q${queue}`, 1, queue);
    expect(known.save(1_000)).toHaveLength(KNOWN_LIMITS.queues);
    expect([known.has('q0', 1), known.has('q1', 1)]).toEqual([false, true]);

    for (let seq = 1; seq <= 2 * KNOWN_LIMITS.rangesPerQueue + 1; seq += 2) known.add('holes', seq, 2_000);
    const ranges = known.save(2_000).find(([id]) => id === 'holes')?.[2];
    expect(ranges).toHaveLength(KNOWN_LIMITS.rangesPerQueue);
    expect([known.has('holes', 1), known.has('holes', 3)]).toEqual([false, true]);
  });
});
