import type { EpochMs, OrderSide } from '@tidemark/protocol';
import type { Trader } from '../people/customer.js';

/** An order as a customer hands it in. */
export interface OrderRequest {
  readonly orderId: string;
  readonly trader: Trader;
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  readonly price: number;
  /** When it was placed by the clock of the device that tells of it. */
  readonly toldAt: EpochMs;
  /** The desk takes it, or never does, whatever the odds: of orders that fraud is made of. */
  readonly destiny?: 'filled' | 'never';
  /** The customer gives it up: tells so on a page, where there is one. */
  readonly onGivenUp?: (at: EpochMs) => void;
}
