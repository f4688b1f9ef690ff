import type { EventBase } from './base.js';

/** A named goal was reached. */
export interface Conversion extends EventBase {
  readonly type: 'conversion';
  readonly goal: string;
  readonly amount?: number;
  /** ISO 4217 code; required by the meaning of `amount`, refused without it by nobody: an amount may be points. */
  readonly currency?: string;
}

/** Buying shares of a product, or selling them. */
export const ORDER_SIDES = ['subscribe', 'sell'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/** From the wish to the end of an order. The browser may say `intent`, `placed` and `cancelled`; only a server knows fills. */
export const ORDER_PHASES = ['intent', 'placed', 'partially_filled', 'filled', 'cancelled', 'expired'] as const;
export type OrderPhase = (typeof ORDER_PHASES)[number];

export interface Order extends EventBase {
  readonly type: 'order';
  readonly orderId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly phase: OrderPhase;
  readonly shares: number;
  /** Price of one share. */
  readonly price: number;
  readonly currency: string;
}
