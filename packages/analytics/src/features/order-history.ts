import type { EpochMs } from '@tidemark/protocol';
import { groupBy } from '../stats/group.js';
import type { Trade } from '../stats/trades.js';

/** One step of an order, whoever told it. */
export interface OrderInput {
  readonly atMs: EpochMs;
  readonly type: string;
  readonly phase: string;
  readonly side: string;
  readonly orderId: string;
  readonly productId: string;
  readonly userId: string;
  readonly shares: number;
  readonly price: number;
  readonly amount: number;
  readonly currency: string;
}

/** What became of one order that was placed. */
export interface OrderHistory {
  readonly placed: OrderInput;
  /** Matched shares, at most those that were asked for. */
  readonly filledShares: number;
  /** When the last missing share was matched; undefined while some are. */
  readonly filledAtMs: number | undefined;
}

/**
 * Orders and their fills. A fill without a placed order in the window is left out: nothing is known of what was asked for. A
 * fill before the placement counts, since the device's clock may be behind the server's.
 *
 * @param steps - in order of time.
 */
export function orderHistories(steps: readonly OrderInput[]): readonly OrderHistory[] {
  return [...groupBy(steps, ({ orderId }) => orderId).values()].flatMap((order) => {
    const placed = order.find(({ type, phase }) => type === 'order' && phase === 'placed');
    if (!placed) return [];
    let filledShares = 0;
    let filledAtMs: number | undefined;
    for (const { type, shares, atMs } of order) {
      if (type !== 'order_fill' || filledAtMs !== undefined) continue;
      filledShares = Math.min(placed.shares, filledShares + shares);
      if (filledShares >= placed.shares) filledAtMs = atMs;
    }
    return [{ placed, filledShares, filledAtMs }];
  });
}

/** The first placement of each order, in order of time. */
export function firstPlacements(steps: readonly OrderInput[]): readonly OrderInput[] {
  const placed = steps.filter(({ type, phase }) => type === 'order' && phase === 'placed');
  return [...groupBy(placed, ({ orderId }) => orderId).values()].flatMap(([first]) => first ?? []);
}

/** Fills are trades: shares changed hands at their price. */
export function tradesOf(steps: readonly OrderInput[]): readonly Trade[] {
  return steps
    .filter(({ type }) => type === 'order_fill')
    .map(({ atMs, productId, side, shares, price, currency }) => ({
      atMs,
      product: productId,
      side: side === 'sell' ? 'sell' : 'subscribe',
      shares,
      price,
      currency,
    }));
}
