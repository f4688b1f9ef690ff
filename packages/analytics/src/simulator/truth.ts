import type { AuthoritativeType, EpochMs, EventType, Surface } from '@tidemark/protocol';
import type { ContentLedger } from './books/content-keeper.js';
import type { ProductDayLedger } from './books/order-book-keeper.js';
import type { VisitsLedger } from './books/visit-keeper.js';
import type { AnomalyKind } from './fraud/anomaly-kinds.js';

/** What the simulator knows of an order and nobody else does. */
export interface OrderTruth {
  /** Probability, at the moment it was placed, that any of it is filled. */
  readonly success: number;
  /** Probability, at that moment, that it is filled whole. */
  readonly full: number;
  /** What became of it. */
  readonly filledRatio: number;
  /**
   * Whether its trade day closed within the simulation, so that it had its full chance. Depends on when it was placed alone:
   * to keep those that ended would keep failures, which end sooner.
   */
  readonly resolved: boolean;
}

/** Something abnormal that was put in. */
export interface AnomalyTruth {
  readonly kind: AnomalyKind;
  /** What of that kind, where there are several. */
  readonly detail?: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly userIds?: readonly string[];
  readonly visitorIds?: readonly string[];
  readonly productId?: string;
  readonly surface?: Surface;
  /** The kind of page. */
  readonly page?: string;
}

/** The simulator's own books, to hold reports against. Copies that were sent on purpose are not counted. */
export interface Ledger extends VisitsLedger {
  readonly events: Readonly<Partial<Record<EventType | AuthoritativeType, number>>>;
  readonly batches: number;
  readonly sessions: number;
  readonly views: Readonly<Record<Surface, number>>;
  readonly dwellMs: Readonly<Record<Surface, number>>;
  /** Events sent a second time. */
  readonly copies: number;
  readonly products: Readonly<Record<string, ProductLedger>>;
  /** The same by trade day, with what became of the orders; an order counts as of when its device says that it was placed. */
  readonly productDays: readonly ProductDayLedger[];
  /** Kinds of pages by surface. */
  readonly content: readonly ContentLedger[];
}

export interface ProductLedger {
  readonly subscriptions: number;
  readonly sales: number;
  readonly subscribedShares: number;
  readonly soldShares: number;
  readonly filledSubscriptionShares: number;
  readonly filledSaleShares: number;
}

/** All that was true, to be laid beside what the events say. */
export interface SimulationTruth {
  readonly seed: number;
  readonly days: number;
  readonly users: number;
  readonly startAt: EpochMs;
  readonly orders: Readonly<Record<string, OrderTruth>>;
  readonly anomalies: readonly AnomalyTruth[];
  readonly ledger: Ledger;
}
