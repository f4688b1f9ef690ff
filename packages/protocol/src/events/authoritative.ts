import type { EpochMs, EventId } from '../ids.js';
import type { Props } from './base.js';
import type { OrderSide } from './business.js';

/*
 * What only a server knows: how an order went on, what was paid, how the economy stands. Taken by signed requests alone, so
 * that nobody with a page's public key can say it. A server has no queue: such events carry no `seq`.
 */

/** What every such event carries. */
export interface AuthoritativeBase {
  /** UUID, UUIDv7 where the sender can; the same whenever the event is sent again. A copy is recognised by it. */
  readonly eventId: EventId;
  /** When it happened by the sender's books; each type says what that is. */
  readonly occurredAt: EpochMs;
  /** Whom it is about, as the app names users and organisations. */
  readonly userId?: string;
  readonly accountId?: string;
  readonly props?: Props;
}

/** After this fill the order is done, or is not. */
export const FILL_PHASES = ['partially_filled', 'filled'] as const;
export type FillPhase = (typeof FILL_PHASES)[number];

/** Shares of an order were matched; happened when they were. */
export interface OrderFill extends AuthoritativeBase {
  readonly type: 'order_fill';
  readonly orderId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly phase: FillPhase;
  /** Matched by this fill alone. */
  readonly shares: number;
  /** Still unmatched after it. */
  readonly remainingShares: number;
  /** Price of one share. */
  readonly price: number;
  readonly currency: string;
}

export const END_PHASES = ['cancelled', 'expired', 'rejected'] as const;
export type EndPhase = (typeof END_PHASES)[number];

/** An order ended before it was filled whole; happened when it did. */
export interface OrderEnd extends AuthoritativeBase {
  readonly type: 'order_end';
  readonly orderId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly phase: EndPhase;
  /** Never matched. */
  readonly remainingShares: number;
  /** Why, in the sender's words. */
  readonly reason?: string;
}

/** Shares and money of an order changed hands; happened when they did. */
export interface Settlement extends AuthoritativeBase {
  readonly type: 'settlement';
  readonly orderId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  /** Money paid for them, fees included, in `currency`. */
  readonly amount: number;
  readonly currency: string;
}

/**
 * One value of an economic series, such as the loan rate; happened when it became known: a decision of that moment could
 * take it into account, and no earlier one.
 */
export interface MacroPoint extends AuthoritativeBase {
  readonly type: 'macro_point';
  readonly series: string;
  /** Start of the period that the value is for. */
  readonly periodAt: EpochMs;
  /** In the unit of the series. */
  readonly value: number;
  /** 0 as first published, then counting up with each correction of the same period. */
  readonly revision: number;
  /** Who published it. */
  readonly source: string;
}

export type AuthoritativeEvent = OrderFill | OrderEnd | Settlement | MacroPoint;
export type AuthoritativeType = AuthoritativeEvent['type'];

/** Every type that takes a signed request, in the order of the documentation. */
export const AUTHORITATIVE_TYPES = [
  'order_fill',
  'order_end',
  'settlement',
  'macro_point',
] as const satisfies readonly AuthoritativeType[];
