import type { EpochMs, MacroPoint, Order, OrderEnd, OrderFill, OrderSide, Settlement } from '@tidemark/protocol';
import type { CustomerColumns } from './customer-columns.js';
import { createFadingCount, type FadingCount } from './fading-count.js';
import type { OrderColumns, OrderQuestion } from './order-columns.js';
import { NOTHING_KNOWN } from './recent-columns.js';

/** What orders and the economy tell; an order with who placed it. */
export type DeskEvent = (Order & { readonly userId: string }) | OrderFill | OrderEnd | Settlement | MacroPoint;

/** What the desk needs to know of the market's days. */
export interface MarketHours {
  /** How long orders are matched before the cut-off, milliseconds: what waits longer waits for the market to open. */
  readonly sessionMs: number;
  /** Milliseconds until the cut-off of the trade day that an order of this moment counts as of; undefined where unknown. */
  untilCutOffMs(atMs: EpochMs): number | undefined;
  /** 1 Monday to 7 Sunday, by the market's clock. */
  weekday(atMs: EpochMs): number | undefined;
}

/** What is known as of now of open orders, of customers' deeds, and of the economy; the same for training and for serving. */
export interface OrderDesk {
  /** Events in order of time; what is late counts from when it is noted. */
  note(event: DeskEvent): void;
  /** As of what has been noted. */
  columnsOf(question: OrderQuestion): OrderColumns;
  /** Of the customer alone. @param reputation - as `OrderQuestion` has it. */
  customerOf(userId: string, reputation?: number): CustomerColumns;
  /** What stands for somebody who is not known yet: the average of all who are. */
  averageCustomer(): CustomerColumns;
  /** Whether anything has been noted of this user. */
  knows(userId: string): boolean;
  /** Takes in what the store knows of a user; what was noted here as well is not counted twice, but for the last moments. */
  recall(userId: string, deeds: Deeds): void;
  forget(userId: string): void;
  users(): number;
}

/** What became of a user's orders so far. */
export interface Deeds {
  readonly placed: number;
  readonly ended: number;
  /** Of the ended ones: any of it filled. */
  readonly succeeded: number;
  readonly cancelled: number;
  readonly settled: number;
  /** As the platform last rated the user; null when it never did. */
  readonly reputation: number | null;
}

interface OpenOrder {
  readonly userId: string;
  readonly side: OrderSide;
  readonly shares: number;
  readonly price: number;
  readonly placedAt: EpochMs;
  filled: boolean;
  left: number;
}

interface Queue {
  readonly open: Map<string, OpenOrder>;
  readonly crowd: FadingCount;
  readonly minutes: FadingCount;
}

const CROWD_HALF_LIFE_MS = 2 * 3_600_000;
const RUSH_HALF_LIFE_MS = 10 * 60_000;
/** As much as so many orders of an average customer are believed before the own ones speak. */
const PRIOR_ORDERS = 4;
const LOAN_RATE = /loan_rate/;
/** An order nobody ended leaves the queue after this: orders are good for their trade day, holidays included. */
const FORGOTTEN_AFTER_MS = 14 * 86_400_000;
/** What a desk keeps at most, so that nobody who makes up names can fill the memory, nor slow down a score. */
export interface DeskLimits {
  /** Of whom deeds are kept; who was quiet longest is forgotten first. */
  readonly users: number;
  /** Products; the one in which nothing was placed for longest is forgotten first. */
  readonly products: number;
  /** Open orders on one side of a product; the oldest is forgotten first, as one that nobody ended. */
  readonly openOrders: number;
}

export const DESK_LIMITS: DeskLimits = { users: Number.POSITIVE_INFINITY, products: 20_000, openOrders: 20_000 };
const NO_DEEDS: Deeds = { placed: 0, ended: 0, succeeded: 0, cancelled: 0, settled: 0, reputation: null };

export function createOrderDesk(hours: MarketHours, limits: Partial<DeskLimits> = {}): OrderDesk {
  const max = { ...DESK_LIMITS, ...limits };
  const queues = new Map<string, Queue>();
  const users = new Map<string, Deeds>();
  const references = new Map<string, number>();
  let all = NO_DEEDS;
  const ratings = { sum: 0, count: 0 };
  let loanRate: { readonly periodAt: EpochMs; readonly value: number } | undefined;

  const queueOf = (productId: string, side: OrderSide): Queue => queues.get(`${side} ${productId}`) ?? newQueue();

  function add(userId: string, more: Partial<Deeds>): void {
    users.set(userId, sum(takeOut(userId), more)); // the newest stands last
    all = sum(all, more);
    if (typeof more.reputation === 'number') {
      ratings.sum += more.reputation;
      ratings.count += 1;
    }
    keepNewest(users, max.users);
  }

  function takeOut(userId: string): Deeds {
    const deeds = users.get(userId) ?? NO_DEEDS;
    users.delete(userId);
    return deeds;
  }

  function place(event: Order & { readonly userId: string }): void {
    const { orderId, productId, side, shares, price, userId, occurredAt } = event;
    const queue = queueOf(productId, side);
    if (queue.open.has(orderId)) return;
    putLast(queues, `${side} ${productId}`, queue);
    keepNewest(queues, 2 * max.products);
    queue.open.set(orderId, { userId, side, shares, price, placedAt: occurredAt, filled: false, left: shares });
    keepNewest(queue.open, max.openOrders);
    queue.crowd.add(occurredAt);
    queue.minutes.add(occurredAt);
    add(userId, { placed: 1 });
  }

  function close(queue: Queue, orderId: string, order: OpenOrder, cancelled: boolean): void {
    queue.open.delete(orderId);
    add(order.userId, { ended: 1, succeeded: order.filled ? 1 : 0, cancelled: cancelled ? 1 : 0 });
  }

  return {
    note(event) {
      switch (event.type) {
        case 'order':
          noteForm(event);
          if (event.phase === 'placed') place(event);
          return;
        case 'order_fill': {
          const queue = queueOf(event.productId, event.side);
          const order = queue.open.get(event.orderId);
          refer(event.productId, event.price);
          if (!order) return;
          order.filled = true;
          order.left = event.remainingShares;
          if (event.remainingShares === 0) close(queue, event.orderId, order, false);
          return;
        }
        case 'order_end': {
          const queue = queueOf(event.productId, event.side);
          const order = queue.open.get(event.orderId);
          if (order) close(queue, event.orderId, order, event.phase === 'cancelled');
          return;
        }
        case 'settlement':
          if (event.userId) add(event.userId, { settled: 1 });
          return;
        case 'macro_point':
          // A later correction of an old month says nothing about the rate in force.
          if (LOAN_RATE.test(event.series) && event.periodAt >= (loanRate?.periodAt ?? Number.NEGATIVE_INFINITY)) {
            loanRate = { periodAt: event.periodAt, value: event.value };
          }
      }
    },
    columnsOf(question) {
      const { userId, productId, side, shares, price, atMs } = question;
      const queue = queueOf(productId, side);
      const reference = question.reference ?? references.get(productId);
      const untilCutOffMs = hours.untilCutOffMs(atMs);
      const crowd = queue.crowd.at(atMs);
      return {
        product: productId,
        price_edge: reference ? (side === 'subscribe' ? 100 : -100) * (price / reference - 1) : null,
        amount: shares * price,
        hours_to_cut_off: untilCutOffMs === undefined ? null : untilCutOffMs / 3_600_000,
        weekday: hours.weekday(atMs) ?? null,
        ...customerOf(userId, question.reputation),
        ...ahead(queue, question),
        crowd,
        other_side_crowd: queueOf(productId, side === 'sell' ? 'subscribe' : 'sell').crowd.at(atMs),
        rush: crowd === 0 ? 0 : queue.minutes.at(atMs) / crowd,
        loan_rate: loanRate?.value ?? null,
        ...(question.recent ?? NOTHING_KNOWN),
      };
    },
    customerOf,
    averageCustomer: () => ({
      trades_settled: all.settled / Math.max(1, users.size),
      orders_placed: all.placed / Math.max(1, users.size),
      own_success: shrunk(0, 0, all.succeeded, all.ended),
      own_cancelled: shrunk(0, 0, all.cancelled, all.ended),
      reputation: ratings.count > 0 ? ratings.sum / ratings.count : null,
    }),
    knows: (userId) => users.has(userId),
    recall(userId, stored) {
      const own = users.get(userId) ?? NO_DEEDS;
      const missing = (name: Exclude<keyof Deeds, 'reputation'>): number => Math.max(0, stored[name] - own[name]);
      add(userId, {
        placed: missing('placed'),
        ended: missing('ended'),
        succeeded: missing('succeeded'),
        cancelled: missing('cancelled'),
        settled: missing('settled'),
        reputation: own.reputation ?? stored.reputation,
      });
    },
    forget: (userId) => void users.delete(userId),
    users: () => users.size,
  };

  function customerOf(userId: string, reputation?: number): CustomerColumns {
    const own = users.get(userId) ?? NO_DEEDS;
    return {
      trades_settled: own.settled,
      orders_placed: own.placed,
      own_success: shrunk(own.succeeded, own.ended, all.succeeded, all.ended),
      own_cancelled: shrunk(own.cancelled, own.ended, all.cancelled, all.ended),
      reputation: reputation ?? own.reputation,
    };
  }

  function refer(productId: string, price: number): void {
    putLast(references, productId, price);
    keepNewest(references, max.products);
  }

  /** What the platform showed on the form. */
  function noteForm({ productId, userId, props }: Order & { readonly userId: string }): void {
    const { reference, reputation } = props ?? {};
    if (typeof reference === 'number' && reference > 0) refer(productId, reference);
    if (typeof reputation === 'number' && reputation >= 0 && reputation <= 1) add(userId, { reputation });
  }
}

function newQueue(): Queue {
  return {
    open: new Map(),
    crowd: createFadingCount(CROWD_HALF_LIFE_MS),
    minutes: createFadingCount(RUSH_HALF_LIFE_MS),
  };
}

function putLast<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
}

function keepNewest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

function sum(deeds: Deeds, more: Partial<Deeds>): Deeds {
  return {
    placed: deeds.placed + (more.placed ?? 0),
    ended: deeds.ended + (more.ended ?? 0),
    succeeded: deeds.succeeded + (more.succeeded ?? 0),
    cancelled: deeds.cancelled + (more.cancelled ?? 0),
    settled: deeds.settled + (more.settled ?? 0),
    reputation: more.reputation ?? deeds.reputation,
  };
}

/** A share pulled to that of all; that of all to one half as long as nobody has any. */
function shrunk(part: number, whole: number, allPart: number, allWhole: number): number {
  return (part + PRIOR_ORDERS * ((allPart + 1) / (allWhole + 2))) / (whole + PRIOR_ORDERS);
}

/** By the market's order: the better price, then the larger order, then the earlier one. */
function ahead(
  queue: Queue,
  { side, price, shares, atMs }: OrderQuestion,
): { orders_ahead: number; shares_ahead: number } {
  const sign = side === 'subscribe' ? 1 : -1;
  let [orders, before] = [0, 0];
  for (const [orderId, order] of queue.open) {
    if (atMs - order.placedAt > FORGOTTEN_AFTER_MS) {
      queue.open.delete(orderId);
      continue;
    }
    const better = sign * (order.price - price);
    if (better < 0 || (better === 0 && order.shares < shares)) continue;
    orders += 1;
    before += order.left;
  }
  return { orders_ahead: orders, shares_ahead: before };
}
