import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface OrderAbuseSettings {
  /** Amount from which an order is reported or reviewed; who splits stays just below. Not given: nobody is looked for. */
  readonly reportingLimit?: number | undefined;
}

/** "Just below" is the tenth below. */
const BELOW_SHARE = 0.1;
const BELOW_ORDERS_LEAST = 3;
/** Subscriptions taken back within the hour, of one product, within a day. */
const LOOPS_LEAST = 5;
/** Orders remembered of one user: the last ones. */
const ORDERS_MAX = 64;

export interface RecentOrders {
  /** Times and amounts of orders just below the limit. */
  below: [number, number][];
  /** Subscriptions that may yet be taken back: product, time. */
  open: [string, number][];
  /** Subscriptions taken back: product, time. */
  loops: [string, number][];
}

export function newRecentOrders(): RecentOrders {
  return { below: [], open: [], loops: [] };
}

/**
 * Finds orders split to stay below a limit (structuring), and subscriptions made only to be cancelled again.
 *
 * @param recent - orders of the event's user; takes the event in.
 */
export function findOrderAbuse(
  recent: RecentOrders,
  event: RiskEvent,
  { reportingLimit }: OrderAbuseSettings,
): CandidateFlag | undefined {
  const { order, action, atMs } = event;
  if (!order) return undefined;
  if (action === 'order_cancelled') return takeBack(event, recent, order.productId);
  if (action !== 'order') return undefined;
  if (order.side === 'subscribe') {
    recent.open.push([order.productId, atMs]);
    if (recent.open.length > ORDERS_MAX) recent.open.shift();
  }
  return reportingLimit === undefined ? undefined : structuring(event, recent, order.amount, reportingLimit);
}

function structuring(event: RiskEvent, recent: RecentOrders, amount: number, limit: number): CandidateFlag | undefined {
  if (!(amount >= limit * (1 - BELOW_SHARE) && amount < limit)) return undefined;
  const near = recent.below.filter(([atMs]) => Math.abs(event.atMs - atMs) < DAY_MS);
  recent.below = [...near, [event.atMs, amount] as [number, number]].slice(-ORDERS_MAX);
  const n = recent.below.length;
  if (n < BELOW_ORDERS_LEAST) return undefined;
  const total = recent.below.reduce((sum, [, one]) => sum + one, 0);
  return makeFlag(
    {
      kind: 'structuring',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: Math.min(...recent.below.map(([atMs]) => atMs)),
      lastMs: Math.max(...recent.below.map(([atMs]) => atMs)), // orders come late, too
      windowMs: DAY_MS,
      // Were amounts spread evenly over their size, one in ten would lie in the tenth below the limit.
      surprise: n * Math.log(1 / BELOW_SHARE),
      evidence: [
        {
          metric: 'orders just below the limit in 24 h',
          observed: n,
          expectedLow: 0,
          expectedHigh: BELOW_ORDERS_LEAST - 1,
          baselineSpanMs: 0,
          n,
        },
        {
          metric: 'their amounts together',
          observed: total,
          expectedLow: 0,
          expectedHigh: limit,
          baselineSpanMs: 0,
          n,
        },
      ],
      reasons: [
        {
          code: 'below_limit',
          text: `${n} orders within 24 hours lie in the tenth below the limit of ${limit}; together they are ${(total / limit).toFixed(1)} times the limit.`,
        },
      ],
    },
    VERSION,
  );
}

function takeBack(event: RiskEvent, recent: RecentOrders, productId: string): CandidateFlag | undefined {
  const index = recent.open.findLastIndex(
    ([product, atMs]) => product === productId && isWithin(event.atMs - atMs, HOUR_MS),
  );
  if (index < 0) return undefined;
  recent.open.splice(index, 1);
  const near = recent.loops.filter(([, atMs]) => isWithin(Math.abs(event.atMs - atMs), DAY_MS));
  recent.loops = [...near, [productId, event.atMs] as [string, number]].slice(-ORDERS_MAX);
  const own = recent.loops.filter(([product]) => product === productId);
  if (own.length < LOOPS_LEAST) return undefined;
  recent.loops = recent.loops.filter(([product]) => product !== productId); // told; as many again tell it again
  return makeFlag(
    {
      kind: 'subscribe_cancel_loop',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: Math.min(...own.map(([, atMs]) => atMs)),
      lastMs: Math.max(...own.map(([, atMs]) => atMs)),
      windowMs: DAY_MS,
      // Were a quarter of subscriptions taken back within the hour, which is many.
      surprise: own.length * Math.log(4),
      evidence: [
        {
          metric: 'subscriptions of one product taken back within an hour',
          observed: own.length,
          expectedLow: 0,
          expectedHigh: LOOPS_LEAST - 1,
          baselineSpanMs: 0,
          n: own.length,
        },
      ],
      reasons: [
        {
          code: 'subscribe_cancel',
          text: `${own.length} subscriptions of one product were cancelled within an hour of being made, all in 24 hours.`,
        },
      ],
    },
    VERSION,
  );
}

function isWithin(spanMs: number, limitMs: number): boolean {
  return spanMs >= 0 && spanMs < limitMs;
}
