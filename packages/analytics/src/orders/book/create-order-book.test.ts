import fc from 'fast-check';
import { OrderBook as OracleBook, Side } from 'nodejs-order-book';
import { describe, expect, it } from 'vitest';
import type { BookOrder, Execution } from './book-order.js';
import { createOrderBook, type OrderBook } from './create-order-book.js';
import { ORDER_PRIORITIES } from './priority.js';

const order = (orderId: string, side: BookOrder['side'], shares: number, price: number, placedAt = 0): BookOrder => ({
  orderId,
  userId: `u-${orderId}`,
  side,
  shares,
  price,
  placedAt,
});
const placed = (book: OrderBook, one: BookOrder) => {
  const outcome = book.place(one);
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason}`);
  return outcome;
};
const summary = ({ subscription, sale, shares, price }: Execution) =>
  `${subscription.orderId}<${sale.orderId} ${shares}@${price}`;

/** Orders that come in one after another; a cancelled one is named by how far back it came. */
const actions = (maxLength: number) =>
  fc.array(
    fc.record({
      side: fc.constantFrom('subscribe', 'sell') as fc.Arbitrary<BookOrder['side']>,
      shares: fc.integer({ min: 1, max: 20 }),
      price: fc.integer({ min: 98, max: 102 }).map((cents) => cents / 100),
      cancels: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 4 }),
    }),
    { maxLength },
  );

/** What is served before, by the rule as it is written down, in a plain sorted list. */
function servedBefore(a: BookOrder, b: BookOrder, byVolume: boolean): number {
  const price = a.side === 'subscribe' ? b.price - a.price : a.price - b.price;
  return price || (byVolume ? b.shares - a.shares : 0) || a.placedAt - b.placedAt;
}

describe('the order book', () => {
  it('serves price, then total volume, then time', () => {
    const book = createOrderBook();
    for (const one of [
      order('late', 'subscribe', 50, 1.01, 3),
      order('early', 'subscribe', 50, 1.01, 1),
      order('large', 'subscribe', 80, 1.01, 4),
      order('best', 'subscribe', 1, 1.02, 5),
      order('cheap', 'subscribe', 999, 1, 0),
    ])
      placed(book, one);
    const { executions, restingShares } = placed(book, order('s', 'sell', 200, 1.01, 6));
    expect(executions.map(summary)).toEqual(['best<s 1@1.02', 'large<s 80@1.01', 'early<s 50@1.01', 'late<s 50@1.01']);
    expect(restingShares).toBe(19);
    expect(book.head('subscribe')?.orderId).toBe('cheap');
  });

  it('serves first in, first out when told so', () => {
    const book = createOrderBook('price_time');
    placed(book, order('early', 'sell', 10, 1, 1));
    placed(book, order('large', 'sell', 90, 1, 2));
    expect(placed(book, order('b', 'subscribe', 15, 1, 3)).executions.map(summary)).toEqual([
      'b<early 10@1',
      'b<large 5@1',
    ]);
  });

  it('keeps the place of an order that is filled in part', () => {
    const book = createOrderBook();
    placed(book, order('large', 'sell', 100, 1, 1));
    placed(book, order('middle', 'sell', 60, 1, 2));
    placed(book, order('b1', 'subscribe', 70, 1, 3));
    expect(book.standing('large')).toEqual({ restingShares: 30, sharesAhead: 0 });
    expect(book.standing('middle')).toEqual({ restingShares: 60, sharesAhead: 30 });
  });

  it('tells what is ahead, lets go of what is cancelled, and knows no other order', () => {
    const book = createOrderBook();
    expect(placed(book, order('a', 'sell', 10.5, 1, 1)).sharesAhead).toBe(0);
    expect(placed(book, order('b', 'sell', 5, 1, 2)).sharesAhead).toBe(10.5);
    expect(placed(book, order('c', 'sell', 5, 0.99, 3)).sharesAhead).toBe(0);
    expect(book.cancel('a')).toBe(10.5);
    expect(book.standing('b')).toEqual({ restingShares: 5, sharesAhead: 5 });
    expect(book.depth('sell')).toEqual({ orders: 2, shares: 10 });
    expect(book.cancel('a')).toBeUndefined();
    expect(book.standing('a')).toBeUndefined();
  });

  it.each([
    ['invalid_shares', { shares: 0 }],
    ['invalid_shares', { shares: -1 }],
    ['invalid_shares', { shares: 0.00001 }],
    ['invalid_shares', { shares: Number.NaN }],
    ['invalid_price', { price: Number.POSITIVE_INFINITY }],
    ['invalid_price', { price: -0.01 }],
    ['invalid_time', { placedAt: Number.NaN }],
    ['order_id_taken', {}],
  ])('refuses an order, as %s, of %j', (reason, fault) => {
    const book = createOrderBook();
    placed(book, order('a', 'sell', 10, 1));
    expect(book.place({ ...order('a', 'sell', 10, 1), ...fault })).toEqual({ kind: 'refused', reason });
    expect(book.depth('sell')).toEqual({ orders: 1, shares: 10 });
  });

  it.each(ORDER_PRIORITIES)('takes every execution from the head of the queue, by %s', (priority) => {
    fc.assert(
      fc.property(actions(60), (steps) => {
        const book = createOrderBook(priority);
        const open = new Map<string, { order: BookOrder; left: number }>();
        const queueOf = (side: BookOrder['side']) =>
          [...open.values()]
            .filter((one) => one.order.side === side)
            .sort((a, b) => servedBefore(a.order, b.order, priority === 'price_volume_time'));
        steps.forEach(({ side, shares, price, cancels }, i) => {
          if (cancels !== undefined) {
            const id = String(i - cancels);
            expect(book.cancel(id)).toBe(open.get(id)?.left);
            open.delete(id);
          }
          const incoming = order(String(i), side, shares, price, i);
          const { executions, restingShares, sharesAhead } = placed(book, incoming);
          const before = queueOf(side).filter(
            (one) => servedBefore(one.order, incoming, priority === 'price_volume_time') < 0,
          );
          expect(sharesAhead).toBe(before.reduce((sum, { left }) => sum + left, 0));
          let left = shares;
          for (const execution of executions) {
            const [head] = queueOf(side === 'sell' ? 'subscribe' : 'sell');
            const resting = execution.resting === 'sell' ? execution.sale : execution.subscription;
            if (!head) throw new Error('an execution with nobody in the queue');
            expect(resting.orderId).toBe(head.order.orderId);
            expect(execution.price).toBe(head.order.price);
            head.left -= execution.shares;
            left -= execution.shares;
            expect(head.left).toBeGreaterThanOrEqual(0);
            if (head.left === 0) open.delete(resting.orderId);
          }
          expect(restingShares).toBe(left);
          if (left > 0) open.set(incoming.orderId, { order: incoming, left });
          const [bid] = queueOf('subscribe');
          const [offer] = queueOf('sell');
          if (bid && offer) expect(bid.order.price).toBeLessThan(offer.order.price); // nothing is left that crosses
          expect(book.head('subscribe')).toBe(bid?.order);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('executes by price and time what nodejs-order-book executes', () => {
    fc.assert(
      fc.property(actions(80), (steps) => {
        const book = createOrderBook('price_time');
        const oracle = new OracleBook();
        steps.forEach(({ side, shares, price, cancels }, i) => {
          if (cancels !== undefined) {
            const id = String(i - cancels);
            if (book.cancel(id) !== undefined) oracle.cancel(id);
          }
          const mine = placed(book, order(String(i), side, shares, price, i));
          const { done, partial, partialQuantityProcessed } = oracle.limit({
            id: String(i),
            side: side === 'sell' ? Side.SELL : Side.BUY,
            size: shares,
            price,
          });
          // The oracle tells of orders used up, the incoming one among them, and of the one that is left in part.
          const usedUp = done.map(({ id }) => id).filter((id) => id !== String(i));
          const touched = mine.executions.map(
            ({ resting, sale, subscription }) => (resting === 'sell' ? sale : subscription).orderId,
          );
          const stillThere = touched.filter((id) => book.standing(id) !== undefined);
          expect(touched.filter((id) => !stillThere.includes(id))).toEqual(usedUp);
          expect(stillThere).toEqual(partial && partial.id !== String(i) ? [partial.id] : []);
          if (partial && partialQuantityProcessed > 0 && partial.id === String(i))
            expect(mine.restingShares).toBe(partial.size);
        });
        const oracleShares = (levels: readonly (readonly [number, number])[]) =>
          levels.reduce((sum, [, size]) => sum + size, 0);
        const [asks, bids] = oracle.depth();
        expect([book.depth('sell').shares, book.depth('subscribe').shares]).toEqual([
          oracleShares(asks),
          oracleShares(bids),
        ]);
      }),
      { numRuns: 200 },
    );
  });
});
