import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createFlagBank, type DetectorState, type RiskEvent } from '../index.js';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 2, 2);
const CUSTOMERS = 150;

/** Customers of whom some order much and some little, each about the same every time; an order every ten minutes. */
function market(seed: number) {
  const random = seededRandom(seed);
  const usual = Array.from({ length: CUSTOMERS }, () => 500 * Math.exp(2.5 * random()));
  let atMs = START_MS;
  const order = (userId: string, amount: number, side: 'subscribe' | 'sell' = 'subscribe'): RiskEvent => {
    atMs += 10 * MINUTE_MS;
    const who = { userId, deviceId: `d-${userId}`, address: '' };
    return { atMs, action: 'order', ...who, order: { productId: 'f1', side, amount } };
  };
  return {
    order,
    /** @param factor - how many times as much as usual. */
    orders: (n: number, factor = 1) =>
      Array.from({ length: n }, () => {
        const who = Math.floor(random() * CUSTOMERS);
        return order(`c${who}`, factor * (usual[who] ?? 0) * Math.exp(random() - 0.5));
      }),
  };
}

function told(events: readonly RiskEvent[], saved?: DetectorState) {
  const bank = createFlagBank({}, saved);
  return events.flatMap((event, i) =>
    bank
      .observe(event)
      .filter(({ kind }) => kind === 'drift')
      .map((flag) => ({ i, flag })),
  );
}

describe('amounts of orders of a product', () => {
  it.each([3, 1 / 3])('that are %d times what they were are told after some twenty orders, once', (factor) => {
    const { orders } = market(91);
    const flags = told([...orders(600), ...orders(120, factor)]);
    expect(flags).toHaveLength(1);
    const [{ i, flag } = { i: 0, flag: undefined }] = flags;
    expect(i - 600).toBeLessThan(40);
    const [{ observed, expectedLow, expectedHigh, n } = { observed: 0, expectedLow: 0, expectedHigh: 0, n: 0 }] =
      flag?.evidence ?? [];
    expect(observed / factor).toBeGreaterThan(0.5);
    expect(observed / factor).toBeLessThan(2);
    expect(observed < expectedLow || observed > expectedHigh).toBe(true);
    expect(n).toBeGreaterThanOrEqual(15);
  });

  it('and are so again after they were as before are told again', () => {
    const { orders } = market(92);
    expect(told([...orders(600), ...orders(60, 3), ...orders(200), ...orders(60, 3)])).toHaveLength(2);
  });

  it('may be all a few customers have, or all that newcomers have, and it is no change', () => {
    const { orders, order } = market(93);
    const calm = orders(600);
    const few = Array.from({ length: 60 }, (_, i) => order(`c${i % 10}`, 900_000));
    const newcomers = Array.from({ length: 60 }, (_, i) => order(`new${i}`, 1));
    expect(told([...calm, ...few])).toEqual([]);
    expect(told([...calm, ...newcomers])).toEqual([]);
  });

  it('may be larger because those order who always ordered much', () => {
    const { order } = market(94);
    const random = seededRandom(94);
    const of = (n: number, from: number) =>
      Array.from({ length: n }, () => {
        const who = from + Math.floor(random() * 75);
        return order(`c${who}`, 100 * (who < 75 ? 1 : 10) * Math.exp(random()));
      });
    const turns = Array.from({ length: 4 }, () => [...of(50, 0), ...of(50, 75)]).flat();
    expect(told([...turns, ...of(60, 75)])).toEqual([]);
  });

  it('are learnt anew where an earlier version knew them otherwise', () => {
    const { orders } = market(95);
    const bank = createFlagBank();
    for (const event of orders(100)) bank.observe(event);
    const saved = JSON.parse(JSON.stringify(bank.save()));
    saved.products.young[0][1].amounts = { reference: [5], cuts: [], counts: [0], users: ['c1'], isTold: false };
    expect(told([...orders(600), ...orders(120, 3)], saved)).toHaveLength(1);
  });
});
