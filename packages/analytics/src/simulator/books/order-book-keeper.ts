import type { EndPhase, EpochMs, OrderSide } from '@tidemark/protocol';
import type { LocalDay } from '../../orders/calendar/local-day.js';
import { fromUnits, toUnits } from '../../orders/exact-units.js';
import { atLevel, entryOf } from './ledger-sums.js';

/** An order as the exchange took it. */
export interface TakenOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  /** By the clock of the device that told of it, and the trade day that this moment lies in. */
  readonly toldAt: EpochMs;
  readonly day: LocalDay;
}

/** Of the subscriptions, or the sales, of one product and trade day; rejected ones are in the figures of their name alone. */
export interface SideLedger {
  readonly orderCount: number;
  readonly rejectedCount: number;
  readonly rejectedShares: number;
  readonly orderedShares: number;
  readonly filledShares: number;
  readonly fullCount: number;
  readonly partialCount: number;
  readonly cancelledCount: number;
  readonly expiredCount: number;
  readonly timeToFirstFill: WaitLedger | null;
  readonly timeToFill: WaitLedger | null;
}

export interface WaitLedger {
  readonly medianMs: number;
  readonly p90Ms: number;
}

export interface ProductDayLedger {
  readonly productId: string;
  readonly day: LocalDay;
  readonly subscriptions: SideLedger;
  readonly sales: SideLedger;
  readonly unfilledSaleCount: number;
  readonly unfilledSaleShares: number;
  /** Different users who subscribed, and who sold. */
  readonly buyers: number;
  readonly sellers: number;
}

/** Notes what becomes of each order, at the exchange. */
export interface OrderBookKeeper {
  taken(order: TakenOrder): void;
  filled(orderId: string, shares: number, at: EpochMs): void;
  ended(orderId: string, phase: EndPhase): void;
  /** By product, then day. */
  days(): readonly ProductDayLedger[];
}

interface NotedOrder extends TakenOrder {
  filledUnits: number;
  firstFillAt: EpochMs | undefined;
  lastFillAt: EpochMs | undefined;
  end: EndPhase | undefined;
}

export function createOrderBookKeeper(): OrderBookKeeper {
  const orders = new Map<string, NotedOrder>();
  return {
    taken(order) {
      orders.set(order.orderId, {
        ...order,
        filledUnits: 0,
        firstFillAt: undefined,
        lastFillAt: undefined,
        end: undefined,
      });
    },
    filled(orderId, shares, at) {
      const order = orders.get(orderId);
      if (!order) return;
      order.filledUnits += toUnits(shares);
      order.firstFillAt ??= at;
      order.lastFillAt = at;
    },
    ended(orderId, phase) {
      const order = orders.get(orderId);
      if (order) order.end = phase;
    },
    days() {
      const groups = new Map<string, NotedOrder[]>();
      for (const order of orders.values())
        entryOf(groups, `${order.productId} ${order.day}`, (): NotedOrder[] => []).push(order);
      return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => dayLedger(group));
    },
  };
}

function dayLedger(orders: readonly NotedOrder[]): ProductDayLedger {
  const [first] = orders as readonly [NotedOrder, ...NotedOrder[]]; // groups are made with their first
  const of = (side: OrderSide) => orders.filter((order) => order.side === side);
  const users = (side: OrderSide) =>
    new Set(of(side).flatMap((one) => (one.end === 'rejected' ? [] : [one.userId]))).size;
  const unfilled = of('sell').filter((one) => one.end !== 'rejected' && openUnits(one) > 0);
  return {
    productId: first.productId,
    day: first.day,
    subscriptions: sideLedger(of('subscribe')),
    sales: sideLedger(of('sell')),
    unfilledSaleCount: unfilled.length,
    unfilledSaleShares: totalOf(unfilled, openUnits),
    buyers: users('subscribe'),
    sellers: users('sell'),
  };
}

function sideLedger(all: readonly NotedOrder[]): SideLedger {
  const rejected = all.filter(({ end }) => end === 'rejected');
  const orders = all.filter(({ end }) => end !== 'rejected');
  const count = (test: (order: NotedOrder) => boolean) => orders.filter(test).length;
  const asked = ({ shares }: NotedOrder) => toUnits(shares);
  return {
    orderCount: orders.length,
    rejectedCount: rejected.length,
    rejectedShares: totalOf(rejected, asked),
    orderedShares: totalOf(orders, asked),
    filledShares: totalOf(orders, ({ filledUnits }) => filledUnits),
    fullCount: count((one) => openUnits(one) === 0),
    partialCount: count((one) => one.filledUnits > 0 && openUnits(one) > 0),
    cancelledCount: count(({ end }) => end === 'cancelled'),
    expiredCount: count(({ end }) => end === 'expired'),
    timeToFirstFill: waitLedger(orders.map(({ firstFillAt, toldAt }) => waitMs(toldAt, firstFillAt))),
    timeToFill: waitLedger(
      orders.map((one) => (openUnits(one) === 0 ? waitMs(one.toldAt, one.lastFillAt) : undefined)),
    ),
  };
}

/** A device's clock may be ahead of the exchange's: nothing is filled before it was placed. */
function waitMs(from: EpochMs, to: EpochMs | undefined): number | undefined {
  return to === undefined ? undefined : Math.max(0, to - from);
}

function waitLedger(waits: readonly (number | undefined)[]): WaitLedger | null {
  const known = waits.filter((wait) => wait !== undefined).sort((a, b) => a - b);
  return known.length === 0 ? null : { medianMs: atLevel(known, 0.5), p90Ms: atLevel(known, 0.9) };
}

function openUnits({ shares, filledUnits }: NotedOrder): number {
  return toUnits(shares) - filledUnits;
}

function totalOf(orders: readonly NotedOrder[], unitsOf: (order: NotedOrder) => number): number {
  return fromUnits(orders.reduce((sum, order) => sum + unitsOf(order), 0));
}
