import { describe, expect, it } from 'vitest';
import type { Product } from './catalog.js';
import {
  holdingsOf,
  type Order,
  type OrderOutcome,
  placeSale,
  placeSubscription,
  remainingShares,
} from './portfolio.js';

const THURSDAY = 20_776;
const FRIDAY = 20_777; // 20 November 2026
const SATURDAY = 20_778;
const MONDAY = 20_780;

const PRODUCT: Product = {
  id: 'P30',
  name: 'Harbour 30',
  summary: '',
  termDays: 30,
  baseRateRatio: 0.0245,
  minAmount: 1_000,
  totalShares: 10_000,
  openShares: 5_000,
  risk: 'R1',
};

describe('placing a subscription', () => {
  it('adds a holding', () => {
    const orders = placed(placeSubscription([], subscription({ shares: 1_000 }), PRODUCT));
    expect(holdingsOf(orders)).toEqual([
      { orderId: 'S-1', productId: 'P30', shares: 1_000, price: 1.05, boughtOn: THURSDAY, sellableOn: FRIDAY },
    ]);
  });

  it('takes the smallest number of whole lots that reaches the minimum amount, and nothing smaller', () => {
    expect(placeSubscription([], subscription({ shares: 1_000 }), PRODUCT).kind).toBe('placed');
    expect(refusal(placeSubscription([], subscription({ shares: 999 }), PRODUCT))).toBe('below_minimum');
  });

  it('refuses more than what is left, counting what the customer already took', () => {
    const orders = [subscription({ shares: 3_000 })];
    expect(remainingShares(PRODUCT, orders)).toBe(2_000);
    expect(placeSubscription(orders, subscription({ orderId: 'S-2', shares: 2_000 }), PRODUCT).kind).toBe('placed');
    expect(refusal(placeSubscription(orders, subscription({ orderId: 'S-2', shares: 2_100 }), PRODUCT))).toBe(
      'not_enough_remaining',
    );
  });

  it.each([0, -100, 1_000.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s shares', (shares) => {
    expect(refusal(placeSubscription([], subscription({ shares }), PRODUCT))).toBe('not_whole_shares');
  });
});

describe('placing a sale', () => {
  const held = [subscription({ shares: 1_000 })];

  it('sells part of a holding and leaves the rest', () => {
    const orders = placed(placeSale(held, sale({ shares: 300 })));
    expect(holdingsOf(orders).map((holding) => holding.shares)).toEqual([700]);
  });

  it('closes the holding when the last share is sold, and puts the shares back on the shelf', () => {
    const once = placed(placeSale(held, sale({ shares: 300 })));
    const twice = placed(placeSale(once, sale({ orderId: 'R-2', shares: 700 })));
    expect(holdingsOf(twice)).toEqual([]);
    expect(remainingShares(PRODUCT, twice)).toBe(PRODUCT.openShares);
  });

  it('refuses to sell more than is held, counting earlier sales', () => {
    const once = placed(placeSale(held, sale({ shares: 300 })));
    expect(refusal(placeSale(held, sale({ shares: 1_001 })))).toBe('more_than_held');
    expect(refusal(placeSale(once, sale({ orderId: 'R-2', shares: 701 })))).toBe('more_than_held');
  });

  it('sells from the holding named, not from another of the same product', () => {
    const two = [...held, subscription({ orderId: 'S-2', shares: 2_000 })];
    const orders = placed(placeSale(two, sale({ soldFrom: 'S-2', shares: 500 })));
    expect(holdingsOf(orders).map(({ orderId, shares }) => [orderId, shares])).toEqual([
      ['S-2', 1_500],
      ['S-1', 1_000],
    ]);
  });

  it('refuses a sale from an order that is not held', () => {
    expect(refusal(placeSale(held, sale({ soldFrom: 'S-9' })))).toBe('unknown_holding');
  });

  it.each([0, -1, 0.5, Number.NaN])('refuses %s shares', (shares) => {
    expect(refusal(placeSale(held, sale({ shares })))).toBe('not_whole_shares');
  });
});

describe('T+1', () => {
  it('lets shares be sold on the next working day, not on the day they were bought', () => {
    const held = [subscription({ day: THURSDAY })];
    expect(refusal(placeSale(held, sale({ day: THURSDAY })))).toBe('not_sellable_yet');
    expect(placeSale(held, sale({ day: FRIDAY })).kind).toBe('placed');
  });

  it('waits over the weekend', () => {
    const held = [subscription({ day: FRIDAY })];
    expect(holdingsOf(held)[0]?.sellableOn).toBe(MONDAY);
    for (const day of [FRIDAY, SATURDAY, SATURDAY + 1]) {
      expect(refusal(placeSale(held, sale({ day })))).toBe('not_sellable_yet');
    }
    expect(placeSale(held, sale({ day: MONDAY })).kind).toBe('placed');
  });

  it('counts what was bought on Saturday as of Monday: sellable on Tuesday', () => {
    expect(holdingsOf([subscription({ day: SATURDAY })])[0]?.sellableOn).toBe(MONDAY + 1);
  });
});

function subscription(parts: Partial<Order>): Order {
  return { orderId: 'S-1', productId: 'P30', side: 'subscribe', shares: 1_000, price: 1.05, day: THURSDAY, ...parts };
}

function sale(parts: Partial<Order>): Order {
  return { ...subscription({ orderId: 'R-1', side: 'sell', shares: 100, day: MONDAY, soldFrom: 'S-1' }), ...parts };
}

function placed(outcome: OrderOutcome): readonly Order[] {
  if (outcome.kind !== 'placed') throw new Error(`refused: ${outcome.reason}`);
  return outcome.orders;
}

function refusal(outcome: OrderOutcome): string | undefined {
  return outcome.kind === 'refused' ? outcome.reason : undefined;
}
