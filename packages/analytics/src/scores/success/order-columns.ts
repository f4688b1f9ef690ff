import type { EpochMs, OrderSide } from '@tidemark/protocol';
import { RECENT_COLUMNS, type RecentColumns } from './recent-columns.js';

/** An order somebody thinks of, or has just placed: what its success is asked about. */
export interface OrderQuestion {
  readonly userId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  /** Limit, of one share. */
  readonly price: number;
  /** Price the platform shows at that moment; what was last seen of the product when left out. */
  readonly reference?: number | undefined;
  /** The platform's own rating of the user, 0..1; what was last seen of the user when left out. */
  readonly reputation?: number | undefined;
  /** What the user did of late; not known when left out. */
  readonly recent?: RecentColumns | undefined;
  /** Of the decision: nothing later is looked at. */
  readonly atMs: EpochMs;
}

/** What is known of an order at the moment of its decision; null is "not known", which models have a bin for. */
export interface OrderColumns extends RecentColumns {
  readonly product: string;
  /** How far the limit meets the market, per cent of the reference price: above 0 is easier to fill, on either side. */
  readonly price_edge: number | null;
  readonly amount: number;
  readonly hours_to_cut_off: number | null;
  /** Of the market's week, 1 Monday to 7 Sunday. */
  readonly weekday: number | null;
  /** Orders settled for the user so far. */
  readonly trades_settled: number;
  readonly orders_placed: number;
  /** What the user's ended orders came to, shrunk to the share of all: a reputation by deeds. */
  readonly own_success: number;
  readonly own_cancelled: number;
  /** As the platform itself rates the user, 0..1. */
  readonly reputation: number | null;
  /** Open orders that are served before, and their shares. */
  readonly orders_ahead: number;
  readonly shares_ahead: number;
  /** Orders of the same side in the product of late; each counts for half after two hours. */
  readonly crowd: number;
  readonly other_side_crowd: number;
  /** Share of that crowd that came within minutes: near 1 is a rush. */
  readonly rush: number;
  /** As last published, per cent a year. */
  readonly loan_rate: number | null;
}

/** What an order is scored by: its columns, and what of them is not known of it. */
export interface KnownColumns extends OrderColumns {
  /** Columns of the customer that all customers together stand for; others that are lower bounds. None unless named. */
  readonly uncertain?: readonly (keyof OrderColumns)[];
}

/** In the order models are trained with. */
export const ORDER_COLUMNS = [
  'product',
  'price_edge',
  'amount',
  'hours_to_cut_off',
  'weekday',
  'trades_settled',
  'orders_placed',
  'own_success',
  'own_cancelled',
  'reputation',
  'orders_ahead',
  'shares_ahead',
  'crowd',
  'other_side_crowd',
  'rush',
  'loan_rate',
  ...RECENT_COLUMNS,
] as const satisfies readonly (keyof OrderColumns)[];
