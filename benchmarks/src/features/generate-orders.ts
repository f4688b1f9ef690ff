import type { FeatureEvent } from '@tidemark/analytics/features';
import { integerBetween, pick, type Random } from '../load/random.js';

export const PRODUCTS = ['p1', 'p2', 'p3', 'p4'] as const;
const DAY_MS = 86_400_000;

/** What happened, so long ago. */
export type AgedEvent = Partial<Omit<FeatureEvent, 'eventId'>> & Pick<FeatureEvent, 'type'> & { readonly atMs: number };

/** A day on which a dozen users trade one product within minutes: there must be a herd. */
export function rush(random: Random, users: readonly string[]): AgedEvent[] {
  return Array.from({ length: 14 }, (_, i) => ({
    ...placed(`r${i}`, pick(random, ['p1', 'p2']), i % 4 === 0 ? 'sell' : 'subscribe', 100, 1),
    userId: users[i] ?? `c${i}`,
    atMs: DAY_MS + integerBetween(random, 0, 300_000),
  }));
}

/** Fills of nobody in particular, day by day: there must be prices. */
export function closes(random: Random): AgedEvent[] {
  return Array.from({ length: 60 }, (_, i) => ({
    ...filled(`f${i}`, PRODUCTS[i % 3] ?? 'p1', 'subscribe', 10, integerBetween(random, 9_500, 10_500) / 10_000),
    userId: 'maker',
    atMs: Math.floor(i / 3) * DAY_MS + (i % 3),
  }));
}

/** Users who buy several products, part by part, and sell some of them later. */
export function investors(random: Random): AgedEvent[] {
  const events: AgedEvent[] = [];
  for (let investor = 0; investor < 4; investor++) {
    const userId = `i${investor}`;
    for (const [i, product] of PRODUCTS.entries()) {
      const bought = integerBetween(random, 5, 85) * DAY_MS + integerBetween(random, 0, 9) * 3_600_000;
      const fillMs = integerBetween(random, 1, 600) * 1_000;
      const shares = 100 * integerBetween(random, 1, 9);
      const order = `${userId}-${product}`;
      const price = () => integerBetween(random, 9_000, 11_000) / 10_000;
      const steps: AgedEvent[] = [
        { ...placed(order, product, 'subscribe', shares, 1), atMs: bought },
        { ...filled(order, product, 'subscribe', shares / 2, price()), atMs: bought - fillMs },
      ];
      if (random() < 0.7)
        steps.push({ ...filled(order, product, 'subscribe', shares / 2, price()), atMs: bought - 2 * fillMs });
      if (random() < 0.6) {
        const paid = { orderId: order, productId: product, side: 'subscribe', shares, currency: 'CNY', amount: shares };
        steps.push({ type: 'settlement', ...paid, atMs: bought - 3 * fillMs });
      }
      if (i < 3 && random() < 0.7) {
        const sold = Math.floor(bought / 2);
        steps.push({ ...placed(`${order}-s`, product, 'sell', shares / 4, 1), atMs: sold });
        steps.push({ ...filled(`${order}-s`, product, 'sell', shares / 4, price()), atMs: sold - fillMs });
      }
      events.push(...steps.map((step) => ({ ...step, userId })));
    }
  }
  return events;
}

/** Users who come back by the law of BG/NBD itself: rates and leaving differ between them. */
export function customers(random: Random): AgedEvent[] {
  const events: AgedEvent[] = [];
  for (let customer = 0; customer < 60; customer++) {
    const perDay = -Math.log(1 - random()) / 25;
    const leaves = random() ** 2 * 0.6;
    let ageMs = integerBetween(random, 100, 350) * DAY_MS;
    for (let n = 0; ageMs > 0 && n < 40; n++) {
      const order = placed(`b${customer}-${n}`, pick(random, PRODUCTS), 'subscribe', 100, 1);
      events.push({ ...order, userId: `b${customer}`, atMs: Math.floor(ageMs) });
      if (n > 0 && random() < leaves) break;
      ageMs -= (-Math.log(1 - random()) / perDay) * DAY_MS;
    }
  }
  return events;
}

function placed(orderId: string, productId: string, side: string, shares: number, price: number) {
  return {
    type: 'order',
    phase: 'placed',
    surface: 'h5',
    seq: 1,
    orderId,
    productId,
    side,
    shares,
    price,
    currency: 'CNY',
  };
}

function filled(orderId: string, productId: string, side: string, shares: number, price: number) {
  return { type: 'order_fill', phase: 'filled', orderId, productId, side, shares, price, currency: 'CNY' };
}
