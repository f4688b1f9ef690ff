import { describe, expect, it } from 'vitest';
import { createFlagBank, type DetectorState, type RiskEvent } from '../index.js';

const SECOND_MS = 1_000;
const QUARTER_MS = 15 * 60_000;
const DAYS = 10;
const START_MS = Date.UTC(2026, 2, 2);
const RUSH_MS = DAYS * 86_400_000;
const OTHERS = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];

function sale(atMs: number, productId: string, userId: string): RiskEvent {
  const order = { productId, side: 'sell', amount: 100 } as const;
  return { atMs: START_MS + atMs, action: 'order', userId, deviceId: `d-${userId}`, address: '', order };
}
const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));

const calm = times(DAYS * 96, (i) =>
  ['f0', ...OTHERS].map((productId, which) => sale(i * QUARTER_MS + which * SECOND_MS, productId, `c${i % 90}`)),
).flat();
/** Forty people sell one product. */
const rush = times(40, (i) => sale(RUSH_MS + 60 * SECOND_MS + i * SECOND_MS, 'f0', `r${i}`));
/** Too few for a rush of their own. */
const busy = (products: readonly string[], atMs = RUSH_MS) =>
  products.flatMap((productId) => times(5, (i) => sale(atMs + i * SECOND_MS, productId, `b${i}`)));

function told(events: readonly RiskEvent[], saved?: DetectorState) {
  const bank = createFlagBank({ reportingLimit: 50_000 }, saved);
  const flags = events.flatMap(bank.observe).filter(({ kind }) => kind === 'sale_rush');
  expect(flags).toHaveLength(1);
  const [flag] = flags;
  return {
    together: flag?.evidence.find(({ metric }) => metric.startsWith('other products')),
    reason: flag?.reasons.find(({ code }) => code === 'many_products')?.text,
    rest: { key: flag?.dedupeKey, severity: flag?.severity, surprise: flag?.surprise },
  };
}

describe('a rush to sell is told with what other products do', () => {
  it('of which many sell more than usual, or none does; how strong it is does not depend on it', () => {
    const alone = told([...calm, ...rush]);
    expect(alone.together).toMatchObject({ observed: 0, expectedLow: 0, expectedHigh: 2, n: 6 });
    expect(alone.reason).toBeUndefined();
    const together = told([...calm, ...busy(OTHERS.slice(0, 3)), ...rush]);
    expect(together.together).toMatchObject({ observed: 3, expectedHigh: 2, n: 6 });
    expect(together.reason).toBe(
      '3 of 6 other products (50 %) sell more than usual in the same five minutes; by chance at most 2 would.',
    );
    expect(together.rest).toEqual(alone.rest);
  });

  it('so few as chance has are no reason', () => {
    const few = told([...calm, ...busy(OTHERS.slice(0, 2)), ...rush]);
    expect(few.together).toMatchObject({ observed: 2, expectedHigh: 2, n: 6 });
    expect(few.reason).toBeUndefined();
  });

  it('only the same window counts, and nothing that comes after the flag', () => {
    const before = busy(OTHERS, RUSH_MS - 5 * 60_000);
    const after = busy(OTHERS, RUSH_MS + 120 * SECOND_MS);
    expect(told([...calm, ...before, ...rush, ...after]).together).toMatchObject({ observed: 0, n: 6 });
    const ahead = busy(OTHERS.slice(0, 4), RUSH_MS + QUARTER_MS); // and the rush comes late
    expect(told([...calm, ...ahead, ...rush]).together).toMatchObject({ observed: 0, n: 2 });
  });

  it('a product that is new, or was given up, is none of the others; alone, nothing is said', () => {
    const isOld = ({ order, atMs }: RiskEvent) => order?.productId === 'f6' && atMs > START_MS + 2 * 86_400_000;
    const isNew = ({ order, atMs }: RiskEvent) => order?.productId === 'f5' && atMs < START_MS + RUSH_MS - QUARTER_MS;
    const market = calm.filter((one) => !isOld(one) && !isNew(one));
    expect(told([...market, ...busy(['f5']), ...rush]).together).toMatchObject({ observed: 0, n: 4 });
    const only = calm.filter(({ order }) => order?.productId === 'f0');
    expect(told([...only, ...rush]).together).toBeUndefined();
  });

  it('and the same from a state that was saved meanwhile', () => {
    const events = [...calm, ...busy(OTHERS), ...rush];
    const bank = createFlagBank({ reportingLimit: 50_000 });
    for (const one of events.slice(0, calm.length + 20)) bank.observe(one);
    const saved = JSON.parse(JSON.stringify(bank.save())) as DetectorState;
    expect(told(events.slice(calm.length + 20), saved)).toEqual(told(events));
  });
});
