import { createEntityTable } from './entity-table.js';
import { type CandidateFlag, listOf, makeFlag } from './flag.js';
import type { DetectorState, RiskDetector, RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Who has done nothing for so long is dormant. */
const DORMANT_MS = 90 * DAY_MS;
/** A return is judged for so long: takers-over look around first. */
const RETURN_MS = 3 * DAY_MS;
/** How many times the largest order of one's own is large. */
const LARGE_FACTOR = 3;
/** Orders before one's own history says what is large. */
const ORDERS_LEAST = 3;

/** One user's history. Plain data. */
export interface History {
  firstMs: number;
  lastMs: number;
  /** When the user came back, and from how long. */
  returnMs: number;
  pauseMs: number;
  orders: number;
  largest: number;
}

/** {@link findDormantOrder} with a table of its own. */
export function createDormantOrderDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const histories = createEntityTable<History>(newHistory, entitiesMax, saved?.histories);
  return {
    observe: (event) =>
      event.userId === '' || !Number.isFinite(event.atMs)
        ? []
        : listOf(findDormantOrder(histories.of(event.userId), event)),
    save: () => ({ histories: histories.save() }),
    evicted: histories.evicted,
  };
}

export function newHistory(): History {
  return { firstMs: -1, lastMs: -1, returnMs: -1, pauseMs: 0, orders: 0, largest: 0 };
}

/**
 * Finds an order far above all the user's own, soon after a long absence: what a taken-over account looks like.
 *
 * @param history - of the event's user; takes the event in.
 */
export function findDormantOrder(history: History, event: RiskEvent): CandidateFlag | undefined {
  if (history.firstMs < 0) history.firstMs = event.atMs;
  const pauseMs = history.lastMs < 0 ? 0 : event.atMs - history.lastMs;
  if (pauseMs >= DORMANT_MS) {
    history.returnMs = event.atMs;
    history.pauseMs = pauseMs;
  }
  if (event.atMs > history.lastMs) history.lastMs = event.atMs;
  if (event.action !== 'order') return undefined;
  const amount = event.order?.amount ?? 0;
  if (!(amount > 0) || !Number.isFinite(amount)) return undefined;
  const flag = judge(event, history, amount);
  history.orders++;
  history.largest = Math.max(history.largest, amount);
  return flag;
}

function judge(event: RiskEvent, history: History, amount: number): CandidateFlag | undefined {
  const isBack = history.returnMs >= 0 && event.atMs - history.returnMs <= RETURN_MS && event.atMs >= history.returnMs;
  if (!isBack || history.orders < ORDERS_LEAST || amount < LARGE_FACTOR * history.largest) return undefined;
  const times = amount / history.largest;
  const days = Math.round(history.pauseMs / DAY_MS);
  return makeFlag(
    {
      kind: 'dormant_then_large_order',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: history.returnMs,
      lastMs: event.atMs,
      windowMs: RETURN_MS,
      // An order above all n before has a share of 1 in n + 1; each doubling beyond makes it half as likely, by a tail of x^-1.
      surprise: Math.log(history.orders + 1) + Math.log(times) + Math.log(history.pauseMs / DORMANT_MS) + Math.log(100),
      evidence: [
        {
          metric: 'amount of the order',
          observed: amount,
          expectedLow: 0,
          expectedHigh: LARGE_FACTOR * history.largest,
          baselineSpanMs: Math.max(0, history.returnMs - history.pauseMs - history.firstMs),
          n: history.orders,
        },
      ],
      reasons: [
        { code: 'dormant', text: `Nothing was heard of this user for ${days} days.` },
        {
          code: 'large_order',
          text: `The order is ${times.toFixed(1)} times the largest of the ${history.orders} before it.`,
        },
      ],
    },
    VERSION,
  );
}
