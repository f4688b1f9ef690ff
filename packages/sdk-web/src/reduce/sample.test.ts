import type { EventType } from '@tidemark/protocol';
import { uuidV7 } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler } from './sample.js';

const VISITORS = 100_000;
const BINS = 20;

/** Mulberry32: the visitors of a run are the same every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function visitors(seed: number, apartMs = 1_000): readonly string[] {
  const random = seeded(seed);
  const bytes = () => Uint8Array.from({ length: 10 }, () => random() * 256);
  return Array.from({ length: VISITORS }, (_, index) => uuidV7(1_767_582_000_000 + index * apartMs, bytes()));
}

const EVERY_RATE = Object.fromEntries(Array.from({ length: BINS }, (_, rate) => [`rate ${rate}`, rate / BINS]));

/** The highest of the rates 0/20, 1/20... under which the visitor is out: where it stands among all. */
function binOf(visitorId: string): number {
  const { weightOf } = createSampler({ visitorId, sampling: EVERY_RATE });
  let [low, high] = [0, BINS];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (weightOf('custom', `rate ${middle}`) === undefined) low = middle;
    else high = middle;
  }
  return low;
}

const binsOf = (ids: readonly string[]) => {
  const counts = new Array<number>(BINS).fill(0);
  for (const id of ids) {
    const at = binOf(id);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
};

describe('createSampler', () => {
  it.each([
    ['who came one after the other', visitors(1)],
    ['who came all at once', visitors(1, 0)],
  ])('spreads visitors evenly %s', (_, ids) => {
    const counts = binsOf(ids);
    const expected = VISITORS / BINS;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: above 43.82 with a probability of 0.001. @see Abramowitz & Stegun, table 26.8
    expect(chiSquare).toBeLessThan(43.82);
  });

  it('stands for as many as there were', () => {
    const weights = visitors(2).map((visitorId) =>
      createSampler({ visitorId, sampling: { click: 0.1 } }).weightOf('click'),
    );
    const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
    expect(new Set(weights)).toEqual(new Set([undefined, 10]));
    expect(Math.abs(total / VISITORS - 1)).toBeLessThan(0.03); // three standard errors: sqrt(0.9 / 0.1 / 100,000)
  });

  it('keeps a visitor under every higher rate, and decides the same each time', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, a, b) => {
          const sampler = createSampler({ visitorId: id, sampling: { low: Math.min(a, b), high: Math.max(a, b) } });
          const [low, high] = [sampler.weightOf('custom', 'low'), sampler.weightOf('custom', 'high')];
          if (low !== undefined) expect(high).toBeDefined();
          expect(sampler.weightOf('custom', 'low')).toBe(low);
        },
      ),
    );
  });

  it('never samples money, identity, consent, or its own account', () => {
    const types: readonly EventType[] = ['order', 'conversion', 'identify', 'alias', 'consent', 'sdk_health'];
    const sampler = createSampler({ visitorId: 'v', sampling: Object.fromEntries(types.map((type) => [type, 0])) });
    expect(types.map((type) => sampler.weightOf(type))).toEqual(types.map(() => 1));
  });

  it('takes the rate of a custom event by its name first, then by its type, else keeps all', () => {
    const sampling = { custom: 0, kept: 1, page_view: 0 };
    const { weightOf } = createSampler({ visitorId: 'v', sampling });
    expect(weightOf('custom', 'kept')).toBe(1);
    expect(weightOf('custom', 'other')).toBeUndefined();
    expect(weightOf('page_view')).toBeUndefined();
    expect(weightOf('scroll')).toBe(1);
    expect(createSampler({ visitorId: 'v', sampling: {} }).weightOf('custom', 'constructor')).toBe(1);
  });

  it('keeps all under a rate above one, and none under one below zero', () => {
    const { weightOf } = createSampler({ visitorId: 'v', sampling: { click: 3, scroll: -1 } });
    expect([weightOf('click'), weightOf('scroll')]).toEqual([1, undefined]);
  });

  it('hashes as the reference does', () => {
    // FNV-1a of "foobar" is 0xbf9cf968: position 0.7485. @see RFC 9923, test vectors
    const at = 0xbf9cf968 / 2 ** 32;
    const weightUnder = (rate: number) =>
      createSampler({ visitorId: 'foobar', sampling: { click: rate } }).weightOf('click');
    expect(weightUnder(at)).toBeUndefined();
    expect(weightUnder(at + 2 ** -32)).toBeDefined();
  });
});
