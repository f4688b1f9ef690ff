import { brandId, type EventId, type OrderFill } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeOrder } from './describe-order.js';
import type { OrderEvent, PageOrder } from './order-event.js';
import { applyOrderEvent, emptyOrder } from './order-state.js';
import { trackOrders } from './track-orders.js';
import { tradedFromEvents } from './traded-order.js';

const AT = Date.UTC(2026, 0, 5, 2);
const terms = { orderId: 'o-1', productId: 'P30', side: 'subscribe', currency: 'CNY' } as const;
const idOf = (number: number) => brandId<EventId>(`00000000-0000-7000-8000-${String(number).padStart(12, '0')}`);

function pageSays(number: number, phase: PageOrder['phase'], more: Partial<PageOrder> = {}): PageOrder {
  return {
    type: 'order',
    eventId: idOf(number),
    seq: number,
    occurredAt: AT + number,
    ...terms,
    phase,
    shares: 100,
    price: 1.02,
    ...more,
  };
}
function fill(number: number, shares: number, remainingShares: number, more: Partial<OrderFill> = {}): OrderFill {
  const phase = remainingShares === 0 ? 'filled' : 'partially_filled';
  return {
    type: 'order_fill',
    eventId: idOf(number),
    occurredAt: AT + number,
    ...terms,
    phase,
    shares,
    remainingShares,
    price: 1.01,
    ...more,
  };
}
function end(number: number, phase: 'cancelled' | 'expired' | 'rejected', remainingShares: number): OrderEvent {
  const { currency: _, ...which } = terms;
  return { type: 'order_end', eventId: idOf(number), occurredAt: AT + number, ...which, phase, remainingShares };
}
function settled(number: number, shares: number, amount: number): OrderEvent {
  return { type: 'settlement', eventId: idOf(number), occurredAt: AT + number, ...terms, shares, amount };
}
const describeAll = (events: readonly OrderEvent[]) => describeOrder(events.reduce(applyOrderEvent, emptyOrder('o-1')));

describe('an order', () => {
  it('goes from the wish to the settlement', () => {
    const story = [
      pageSays(1, 'intent', { userId: 'u-1' }),
      pageSays(2, 'placed'),
      fill(3, 40, 60),
      fill(4, 60, 0, { price: 1 }),
      settled(5, 100, 100.4),
    ];
    const phases = story.map((_, i) => describeAll(story.slice(0, i + 1)).phase);
    expect(phases).toEqual(['intent', 'placed', 'partially_filled', 'filled', 'filled']);
    expect(describeAll(story)).toMatchObject({
      productId: 'P30',
      userId: 'u-1',
      side: 'subscribe',
      currency: 'CNY',
      decidedBy: 'server',
      intentAt: AT + 1,
      placedAt: AT + 2,
      firstFillAt: AT + 3,
      filledAt: AT + 4,
      endedAt: AT + 4,
      shares: 100,
      price: 1.02,
      filledShares: 100,
      fillRatio: 1,
      settledShares: 100,
      settledAmount: 100.4,
      problems: [],
    });
    expect(describeAll(story).averagePrice).toBeCloseTo((40 * 1.01 + 60) / 100, 12);
  });

  it.each([
    [
      'filled in part and then ended is what it ended as',
      [fill(3, 40, 60), end(4, 'expired', 60)],
      'expired',
      'server',
      0.4,
    ],
    [
      'cancelled by a page is believed to be so until a server speaks',
      [pageSays(3, 'cancelled')],
      'cancelled',
      'page',
      0,
    ],
    [
      'cancelled by a page, filled by the server, is filled',
      [pageSays(3, 'cancelled'), fill(4, 100, 0)],
      'filled',
      'server',
      1,
    ],
    ['rejected is rejected', [end(3, 'rejected', 100)], 'rejected', 'server', 0],
  ] as const)('that was %s', (_, events, phase, decidedBy, fillRatio) => {
    expect(describeAll([pageSays(1, 'placed'), ...events])).toMatchObject({
      phase,
      decidedBy,
      fillRatio,
      problems: [],
    });
  });

  it('that no page told of has the shares that the server counts', () => {
    expect(describeAll([fill(1, 40, 60), end(2, 'cancelled', 60)])).toMatchObject({
      shares: 100,
      fillRatio: 0.4,
      price: undefined,
    });
  });

  it('of nothing at all is unknown', () => {
    expect(describeAll([])).toMatchObject({
      phase: 'unknown',
      decidedBy: 'nobody',
      fillRatio: undefined,
      averagePrice: undefined,
      problems: [],
    });
  });

  it.each([
    ['currency_mismatch', [pageSays(1, 'placed'), fill(2, 100, 0, { currency: 'USD' })]],
    ['product_mismatch', [pageSays(1, 'placed'), fill(2, 100, 0, { productId: 'P90' })]],
    ['side_mismatch', [pageSays(1, 'placed'), fill(2, 100, 0, { side: 'sell' })]],
    ['overfilled', [pageSays(1, 'placed'), fill(2, 150, 0)]],
    ['fill_after_end', [pageSays(1, 'placed'), end(2, 'cancelled', 100), fill(3, 40, 60)]],
    ['conflicting_ends', [pageSays(1, 'placed'), end(2, 'cancelled', 100), end(3, 'expired', 100)]],
    ['settled_more_than_filled', [pageSays(1, 'placed'), fill(2, 40, 60), settled(3, 50, 50)]],
    ['fills_missing', [pageSays(1, 'placed'), fill(3, 40, 20)]],
    ['event_id_reused', [pageSays(1, 'placed'), pageSays(1, 'placed', { shares: 5 })]],
  ] as const)('names its problem: %s', (problem, events) => {
    expect(describeAll(events).problems).toContain(problem);
  });

  it('adds tenths up without an error', () => {
    const tenths = Array.from({ length: 10 }, (_, i) => fill(i + 2, 0.1, (9 - i) / 10));
    expect(describeAll([pageSays(1, 'placed', { shares: 1 }), ...tenths])).toMatchObject({
      filledShares: 1,
      fillRatio: 1,
      problems: [],
    });
  });

  it('ends in the same state after any permutation with repeats', () => {
    const times = fc.integer({ min: 0, max: 5 });
    const shares = fc.integer({ min: 0, max: 1_000 }).map((units) => units / 10);
    const ids = fc.integer({ min: 1, max: 12 }); // few, so that ids come twice with other contents
    const event: fc.Arbitrary<OrderEvent> = fc.oneof(
      fc
        .tuple(ids, fc.constantFrom('intent', 'placed', 'cancelled', 'filled'), shares, times)
        .map(([id, phase, asked, at]) => pageSays(id, phase, { shares: asked, occurredAt: AT + at })),
      fc
        .tuple(ids, shares, shares, times, fc.constantFrom(1, 1.01, 0.97))
        .map(([id, matched, left, at, price]) => fill(id, matched, left, { occurredAt: AT + at, price })),
      fc
        .tuple(ids, fc.constantFrom('cancelled', 'expired', 'rejected'), shares)
        .map(([id, phase, left]) => end(id, phase, left)),
      fc.tuple(ids, shares, shares).map(([id, matched, amount]) => settled(id, matched, amount)),
    );
    const disordered = fc.array(event, { minLength: 1, maxLength: 12 }).chain((events) =>
      fc.record({
        events: fc.constant(events),
        again: fc
          .shuffledSubarray(events, { minLength: events.length })
          .chain((shuffled) =>
            fc
              .array(fc.constantFrom(...events), { maxLength: 12 })
              .map((repeats) => [...shuffled, ...repeats.map((one) => ({ ...one }))]),
          )
          .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
      }),
    );
    fc.assert(
      fc.property(disordered, ({ events, again }) => {
        const expected = events.reduce(applyOrderEvent, emptyOrder('o-1'));
        const actual = again.reduce(applyOrderEvent, emptyOrder('o-1'));
        expect(actual).toEqual(expected);
        expect(describeOrder(actual)).toEqual(describeOrder(expected));
      }),
      { numRuns: 500 },
    );
  });
});

describe('trackOrders', () => {
  it('sorts events into orders, and sets bad ones aside with their reason', () => {
    const bad: readonly (readonly [OrderEvent, string])[] = [
      [{ ...fill(4, 1, 1), orderId: '' }, 'missing_order_id'],
      [fill(5, 1, 1, { occurredAt: Number.NaN }), 'invalid_time'],
      [fill(6, Number.NaN, 1), 'invalid_number'],
      [pageSays(7, 'placed', { price: Number.POSITIVE_INFINITY }), 'invalid_number'],
      [fill(8, -1, 1), 'negative_number'],
    ];
    const good = [pageSays(1, 'placed'), { ...pageSays(2, 'placed'), orderId: 'o-2' }, fill(3, 100, 0)];
    const { orders, refused } = trackOrders([...bad.map(([event]) => event), ...good]);
    expect([...orders.keys()]).toEqual(['o-1', 'o-2']);
    expect(orders.get('o-1')?.fills).toHaveLength(1);
    expect(refused).toEqual(bad.map(([event, reason]) => ({ event, reason })));
  });
});

describe('tradedFromEvents', () => {
  const traded = (events: readonly OrderEvent[]) => tradedFromEvents(describeAll(events));

  it('makes an order of what came, placed when a page said so or when it was first filled', () => {
    const story = [pageSays(1, 'intent'), pageSays(2, 'placed'), fill(3, 40, 60)];
    expect(traded(story)).toMatchObject({
      shares: 100,
      filledShares: 40,
      placedAt: AT + 2,
      ended: 'open',
      filledAt: undefined,
    });
    expect(traded([fill(3, 40, 60), end(4, 'expired', 60)])).toMatchObject({
      shares: 100,
      placedAt: AT + 3,
      ended: 'expired',
    });
  });

  it('makes none of a wish, and none of too little', () => {
    expect(traded([pageSays(1, 'intent')])).toBeUndefined();
    expect(traded([])).toBeUndefined();
    expect(traded([settled(1, 5, 5)])).toBeUndefined();
  });
});
