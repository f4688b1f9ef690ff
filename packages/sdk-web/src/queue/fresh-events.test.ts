import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFreshEvents } from './fresh-events.js';

const event = (seq: number, contextJson = 'a', json = 'x'.repeat(10)) => ({ seq, contextJson, json, t: 0 });
const written = (seq: number | undefined, contextJson?: string, json?: string) => ({
  ...event(0, contextJson, json),
  seq: () => seq,
});
const always = () => true;
/** On the wire: the text in UTF-8 and the number of the event, which takes 20. */
const bytesOf = ({ json }: { readonly json: string }) => Buffer.byteLength(json) + 20;

describe('createFreshEvents', () => {
  it('gives the longest newest run of one context that fits, in order, whatever was added and removed', () => {
    const json = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    const events = fc.array(fc.record({ context: fc.constantFrom('a', 'b'), json }));
    fc.assert(
      fc.property(events, fc.array(fc.nat(20)), fc.integer({ min: 0, max: 500 }), (added, removed, maxBytes) => {
        const fresh = createFreshEvents<string>();
        for (const [seq, { context, json }] of added.entries()) fresh.add(written(seq + 1, context, json));
        fresh.remove(removed);
        const left = added
          .map(({ context, json }, seq) => event(seq + 1, context, json))
          .filter(({ seq }) => !removed.includes(seq));
        const found = fresh.last(maxBytes, always);
        expect(left.slice(left.length - found.length)).toEqual(found);
        expect(new Set(found.map(({ contextJson }) => contextJson)).size).toBeLessThanOrEqual(1);
        const bytes = found.reduce((sum, each) => sum + bytesOf(each), 0);
        expect(bytes).toBeLessThanOrEqual(maxBytes);
        const next = left.at(-1 - found.length);
        if (next && next.contextJson === left.at(-1)?.contextJson)
          expect(bytes + bytesOf(next)).toBeGreaterThan(maxBytes);
      }),
    );
  });

  it('knows how much room an event takes that is encrypted', () => {
    const fresh = createFreshEvents<ArrayBuffer>();
    const contextJson = new ArrayBuffer(1);
    fresh.add({ seq: () => 1, contextJson, json: new ArrayBuffer(10), t: 0 });
    expect(fresh.last(29, always)).toEqual([]);
    expect(fresh.last(30, always)).toHaveLength(1);
  });

  it('keeps a bounded number, and forgets all when told', () => {
    const fresh = createFreshEvents<string>();
    for (let seq = 0; seq < 1_000; seq++) fresh.add(written(seq));
    expect(fresh.last(1_000_000, always)).toHaveLength(300);
    expect(fresh.last(1_000_000, always).at(-1)?.seq).toBe(999);
    fresh.remove();
    expect(fresh.last(1_000_000, always)).toEqual([]);
  });

  it('has nothing of what the disk has not numbered yet, and has it as soon as that is done', () => {
    const fresh = createFreshEvents<string>();
    let seq: number | undefined;
    fresh.add({ ...event(0), seq: () => seq });
    expect(fresh.last(1_000, always)).toEqual([]);
    fresh.remove(); // nobody can have claimed it
    seq = 7;
    expect(fresh.last(1_000, always)).toEqual([event(7)]);
    fresh.remove([7]);
    expect(fresh.last(1_000, always)).toEqual([]);
  });
});
