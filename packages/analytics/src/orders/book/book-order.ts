import type { EpochMs, OrderSide } from '@tidemark/protocol';

/** An order as a book takes it; of one product. */
export interface BookOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly side: OrderSide;
  readonly shares: number;
  /** Limit for one share: a subscription pays no more, a sale takes no less. */
  readonly price: number;
  readonly placedAt: EpochMs;
  /** From this moment on it is matched no more; absent: until it is cancelled. */
  readonly expiresAt?: EpochMs;
  /** Total volume by which it is ranked, where that is not `shares`: of an order that came in parts, say. */
  readonly volume?: number;
}

/** Shares that changed hands, at the price of the order that lay in the book. */
export interface Execution {
  readonly at: EpochMs;
  readonly shares: number;
  readonly price: number;
  readonly subscription: BookOrder;
  readonly sale: BookOrder;
  /** Which of the two lay in the book: it was the head of its queue. */
  readonly resting: OrderSide;
}
