import type { EpochMs, OrderSide } from '@tidemark/protocol';
import type { OrderOutcome } from './book/create-market.js';
import type { OrderDescription } from './describe-order.js';

/** An order with what became of it, as far as figures of products need it. */
export interface TradedOrder {
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  readonly filledShares: number;
  readonly placedAt: EpochMs;
  readonly ended: 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected';
  readonly firstFillAt: EpochMs | undefined;
  readonly filledAt: EpochMs | undefined;
  /** Served before it when it came in; known to a replay alone. */
  readonly sharesAhead: number | undefined;
}

/** @returns undefined for a wish, and for an order of which too little is known: product, side, shares or when. */
export function tradedFromEvents(order: OrderDescription): TradedOrder | undefined {
  const { productId, side, shares, phase } = order;
  const placedAt = order.placedAt ?? order.firstFillAt;
  if (phase === 'intent' || phase === 'unknown') return undefined;
  if (productId === undefined || side === undefined || shares === undefined || placedAt === undefined) return undefined;
  const { filledShares, firstFillAt, filledAt } = order;
  const ended = phase === 'placed' || phase === 'partially_filled' ? 'open' : phase;
  return { productId, side, shares, filledShares, placedAt, ended, firstFillAt, filledAt, sharesAhead: undefined };
}

export function tradedFromReplay({ order, phase, sharesAhead, ...rest }: OrderOutcome): TradedOrder {
  const { productId, side, shares, placedAt } = order;
  const { filledShares, firstFillAt, filledAt } = rest;
  const ended = phase === 'refused' ? 'rejected' : phase;
  return { productId, side, shares, filledShares, placedAt, ended, firstFillAt, filledAt, sharesAhead };
}
