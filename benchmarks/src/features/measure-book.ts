import { type MarketAction, replayOrders } from '@tidemark/analytics/orders';
import { createRandom } from '../load/random.js';

export interface BookFigures {
  readonly orders: number;
  readonly executions: number;
  /** Orders that were still open at the end: books are deep. */
  readonly resting: number;
  readonly seconds: number;
}

const PRODUCTS = 6;
const USERS = 10_000;
const ORDER_EVERY_MS = 20;
const EXPIRES_AFTER_MS = 30 * 60_000;
const CANCELLED_RATIO = 0.1;

/**
 * Replays a market by price, total volume and time: six products, prices that cross about as often as not, one order in ten
 * cancelled, all others expiring after half an hour. What is timed is the replay, sorting and all, not the making of orders.
 */
export function measureBook(seed: number, count: number): BookFigures {
  const products = Array.from({ length: PRODUCTS }, (_, i) => ({ productId: `P${i}`, currency: 'CNY' }));
  const actions = makeActions(seed, count);
  const startedAt = performance.now();
  const { executions, outcomes } = replayOrders(products, actions);
  const seconds = (performance.now() - startedAt) / 1_000;
  const resting = outcomes.filter(({ phase }) => phase === 'open').length;
  return { orders: count, executions: executions.length, resting, seconds };
}

function makeActions(seed: number, count: number): MarketAction[] {
  const random = createRandom(seed);
  const actions: MarketAction[] = [];
  for (let i = 0; i < count; i++) {
    const placedAt = Date.UTC(2026, 0, 5) + i * ORDER_EVERY_MS;
    const side = random() < 0.5 ? 'sell' : 'subscribe';
    const away = Math.round((random() + random() - 0.9) * 200) / 10_000; // most lie behind the best price
    const order = {
      orderId: `o-${i}`,
      userId: `u-${Math.floor(random() * USERS)}`,
      productId: `P${Math.floor(random() * PRODUCTS)}`,
      currency: 'CNY',
      side,
      shares: 10 * (1 + Math.floor(random() * 1_000)),
      price: side === 'sell' ? 1 + away : 1 - away,
      placedAt,
      expiresAt: placedAt + EXPIRES_AFTER_MS,
    } as const;
    actions.push({ kind: 'place', order });
    if (random() < CANCELLED_RATIO) {
      actions.push({ kind: 'cancel', orderId: order.orderId, at: placedAt + Math.floor(random() * EXPIRES_AFTER_MS) });
    }
  }
  return actions;
}
