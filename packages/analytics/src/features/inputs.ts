import type { EpochMs } from '@tidemark/protocol';
import { burstLevels } from '../stats/burst-levels.js';
import { gapsOf } from '../stats/gaps.js';
import { tally } from '../stats/group.js';
import { sum } from '../stats/moments.js';
import { absent, andThen, type Outcome } from '../stats/outcome.js';
import type { Trade } from '../stats/trades.js';
import { DAY_MS, type FeatureEvent, isAct, isView, LOOKBACK_MS } from './event.js';
import { firstPlacements, type OrderHistory, type OrderInput, orderHistories, tradesOf } from './order-history.js';

/** A view in its place. */
export interface ViewInput {
  readonly atMs: EpochMs;
  readonly sessionId: string;
  readonly page: string;
  readonly template: string;
}

/** What the store hands over for the features that are finished here; all in order of time, then `seq`, then id. */
export interface InputLists {
  /** When the subject acted, of the last 30 days. */
  readonly acts: readonly EpochMs[];
  /** Views of the last 30 days. */
  readonly views: readonly ViewInput[];
  /** Dwell by page, milliseconds, of the last 30 days; pages in any order. */
  readonly dwells: readonly (readonly [page: string, dwellMs: number])[];
  /** Orders, fills, ends and settlements of the last 365 days. */
  readonly orders: readonly OrderInput[];
}
export type InputName = keyof InputLists;

/** The lists, and what several features derive from them: reckoned once a subject, when first asked for. */
export interface FeatureInputs extends InputLists {
  /** Between acts, milliseconds. */
  readonly gaps: () => Outcome<readonly number[]>;
  /** Kleinberg's level of each gap. */
  readonly burstLevels: () => Outcome<readonly number[]>;
  /** Views by template; those without one are left out. */
  readonly templateViews: () => ReadonlyMap<string, number>;
  /** First placement of each order of the last 90 days. */
  readonly placements: () => readonly OrderInput[];
  /** What became of each order that was placed in the last 90 days. */
  readonly histories: () => readonly OrderHistory[];
  /** Fills of the last 90 days. */
  readonly trades: () => readonly Trade[];
}

const QUARTER_MS = 90 * DAY_MS;
/** Acts closer than this are one act that the page told twice; Kleinberg's law knows no gap of zero. */
const SHORTEST_GAP_MS = 1;

export function createInputs(lists: InputLists, asOfMs: EpochMs): FeatureInputs {
  const { acts, views } = lists;
  const recent = once(() => lists.orders.filter(({ atMs }) => atMs > asOfMs - QUARTER_MS));
  const gaps = once(() => gapsOf(acts));
  return {
    ...lists,
    gaps,
    burstLevels: once(() => andThen(gaps(), levelsOf)),
    templateViews: once(() => tally(views.map(({ template }) => template).filter((template) => template !== ''))),
    placements: once(() => firstPlacements(recent())),
    histories: once(() => orderHistories(recent())),
    trades: once(() => tradesOf(recent())),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function levelsOf(gaps: readonly number[]): Outcome<readonly number[]> {
  if (sum(gaps) === 0) return absent('zero_total');
  return burstLevels(gaps.map((gap) => Math.max(SHORTEST_GAP_MS, gap)));
}

/** Of each list the latest so many: what a person does in a month is far less, and a product's rush must not fill the memory. */
export const INPUTS_MAX = 20_000;

const RECENT_MS = 30 * DAY_MS;
const ORDER_TYPES: ReadonlySet<string> = new Set(['order', 'order_fill', 'order_end', 'settlement']);

/**
 * The same from the events themselves: what the store's inputs are held against.
 *
 * @param events - of one subject, each once and in order.
 */
export function inputsOf(events: readonly FeatureEvent[], asOfMs: EpochMs): InputLists {
  const within = (windowMs: number) =>
    events.filter(({ occurredAtMs }) => occurredAtMs <= asOfMs && occurredAtMs > asOfMs - windowMs);
  const recent = within(RECENT_MS);
  const dwells = new Map<string, number>();
  for (const { type, page, dwellMs } of recent) {
    if (type === 'view_end') dwells.set(page, (dwells.get(page) ?? 0) + dwellMs);
  }
  return {
    acts: latest(recent.filter(isAct)).map(({ occurredAtMs }) => occurredAtMs),
    views: latest(recent.filter(isView)).map(({ occurredAtMs, sessionId, page, template }) => ({
      atMs: occurredAtMs,
      sessionId,
      page,
      template,
    })),
    dwells: [...dwells],
    orders: latest(within(LOOKBACK_MS).filter(({ type }) => ORDER_TYPES.has(type))).map(orderInput),
  };
}

function latest(events: readonly FeatureEvent[]): readonly FeatureEvent[] {
  return events.slice(-INPUTS_MAX);
}

function orderInput(event: FeatureEvent): OrderInput {
  const { type, phase, side, orderId, productId, userId, shares, price, amount, currency } = event;
  return { atMs: event.occurredAtMs, type, phase, side, orderId, productId, userId, shares, price, amount, currency };
}
