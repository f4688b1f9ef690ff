import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBatch } from './cut-batch.js';

const queue = fc.array(
  fc.record({ contextId: fc.constantFrom('a', 'b'), sizeBytes: fc.integer({ min: 1, max: 60 }) }),
  {
    maxLength: 40,
  },
);
const policy = fc.record({ maxEvents: fc.integer({ min: 1, max: 10 }), maxBytes: fc.integer({ min: 1, max: 200 }) });
const bytesOf = (events: readonly { readonly sizeBytes: number }[]) =>
  events.reduce((sum, event) => sum + event.sizeBytes, 0);

describe('cutBatch', () => {
  it('takes the longest run of one context within both bounds, and always something', () => {
    fc.assert(
      fc.property(queue, policy, (events, bounds) => {
        const count = cutBatch(events, bounds);
        const batch = events.slice(0, count);
        expect(count > 0).toBe(events.length > 0);
        expect(count).toBeLessThanOrEqual(bounds.maxEvents);
        expect(new Set(batch.map((event) => event.contextId)).size).toBeLessThanOrEqual(1);
        if (count > 1) expect(bytesOf(batch)).toBeLessThanOrEqual(bounds.maxBytes);
        const next = events[count];
        const couldGrow =
          next !== undefined &&
          count < bounds.maxEvents &&
          next.contextId === events[0]?.contextId &&
          bytesOf(batch) + next.sizeBytes <= bounds.maxBytes;
        expect(couldGrow).toBe(false);
      }),
    );
  });

  it('cuts any queue up without losing or repeating an event', () => {
    fc.assert(
      fc.property(queue, policy, (events, bounds) => {
        const sent: unknown[] = [];
        for (let rest = events; rest.length > 0; ) {
          const count = cutBatch(rest, bounds);
          sent.push(...rest.slice(0, count));
          rest = rest.slice(count);
        }
        expect(sent).toEqual(events);
      }),
    );
  });

  it('sends an oversize event alone', () => {
    const big = { contextId: 'a', sizeBytes: 999 };
    const small = { contextId: 'a', sizeBytes: 1 };
    expect(cutBatch([big, small], { maxEvents: 10, maxBytes: 100 })).toBe(1);
    expect(cutBatch([small, big], { maxEvents: 10, maxBytes: 100 })).toBe(1);
  });
});
