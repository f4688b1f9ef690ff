import type { EpochMs } from '@tidemark/protocol';
import { DAY_MS, type FeatureEvent, isAct, isView, LOOKBACK_MS } from './event.js';

/** A view in its place. */
export interface ViewInput {
  readonly atMs: EpochMs;
  readonly sessionId: string;
  readonly page: string;
  readonly template: string;
}

/** One step of an order, whoever told it. */
export interface OrderInput {
  readonly atMs: EpochMs;
  readonly type: string;
  readonly phase: string;
  readonly side: string;
  readonly orderId: string;
  readonly productId: string;
  readonly userId: string;
  readonly shares: number;
  readonly price: number;
  readonly amount: number;
  readonly currency: string;
}

/** What the store hands over for the features that are finished here; all in order of time, then `seq`, then id. */
export interface FeatureInputs {
  /** When the subject acted, of the last 30 days. */
  readonly acts: readonly EpochMs[];
  /** Views of the last 30 days. */
  readonly views: readonly ViewInput[];
  /** Dwell by page, milliseconds, of the last 30 days; pages in any order. */
  readonly dwells: readonly (readonly [page: string, dwellMs: number])[];
  /** Orders, fills, ends and settlements of the last 365 days. */
  readonly orders: readonly OrderInput[];
}
export type InputName = keyof FeatureInputs;

/** Of each list the latest so many: what a person does in a month is far less, and a product's rush must not fill the memory. */
export const INPUTS_MAX = 20_000;

export const NO_INPUTS: FeatureInputs = { acts: [], views: [], dwells: [], orders: [] };

const RECENT_MS = 30 * DAY_MS;
const ORDER_TYPES: ReadonlySet<string> = new Set(['order', 'order_fill', 'order_end', 'settlement']);

/**
 * The same from the events themselves: what the store's inputs are held against.
 *
 * @param events - of one subject, each once and in order.
 */
export function inputsOf(events: readonly FeatureEvent[], asOfMs: EpochMs): FeatureInputs {
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
