import type { ConsentByPurpose, EpochMs, EventType, Order, PlacedOrder } from '@tidemark/protocol';
import { answerOrder } from './answer-orders.js';
import { type DecisionRecord, momentOf } from './decision-record.js';
import type { DeskBatch } from './desk-event.js';
import type { OrderDesks } from './order-desks.js';
import type { ReadRecentActs } from './recent-acts.js';
import type { ServingBook } from './rolling/serving-book.js';

/** Events that just became durable, and what they share: of a device or of a server. */
export interface PlacedBatch extends DeskBatch {
  readonly batch: DeskBatch['batch'] & {
    readonly context: { readonly consent?: ConsentByPurpose };
    readonly historical: boolean;
  };
  readonly rows: readonly (DeskBatch['rows'][number] & { readonly correctedAt: EpochMs })[];
}

export interface PlacedOrdersOptions {
  readonly book: Pick<ServingBook, 'serving'>;
  readonly desks: Pick<OrderDesks, 'look' | 'newestMs' | 'publish'>;
  readonly readRecent: ReadRecentActs;
  /** Told of each decision; must not wait. */
  readonly onDecided: (records: readonly DecisionRecord[]) => void;
  /** Told of orders of which nothing is said, there being too many at once. */
  readonly countUnsaid: (count: number) => void;
  readonly now: () => EpochMs;
}

/** An order that comes later than this is not foretold any more: its market has gone on. */
const LATE_MS = 10 * 60_000;
/** An answer is some half a millisecond of work, and anybody with a page's key may place orders. */
const ANSWERS_A_SECOND_MAX = 100;
/** So many own histories are read at once for what pages say; who asks with a key of a reader has more of them. */
const READ_AT_ONCE = 4;
/** What somebody does before an order: the own history is read behind it, and is there when the order comes. */
const BEFORE_AN_ORDER: ReadonlySet<string> = new Set<EventType>(['identify', 'form_start', 'order']);

/** Says of each order how likely it is filled, the moment it is placed: nobody has to ask. Where no model serves it only keeps the desks. */
export function createPlacedOrders(options: PlacedOrdersOptions): (batch: PlacedBatch) => void {
  const { book, desks, readRecent, onDecided, countUnsaid, now } = options;
  const look: OrderDesks['look'] = (workspaceId, userId) => desks.look(workspaceId, userId, READ_AT_ONCE);
  let second = 0;
  let said = 0;

  /** Whether there is room for one more in this second. */
  function mayAnswer(nowMs: EpochMs): boolean {
    const current = Math.floor(nowMs / 1_000);
    if (current !== second) [second, said] = [current, 0];
    said += 1;
    return said <= ANSWERS_A_SECOND_MAX;
  }

  return (batch) => {
    const { workspaceId, context, historical } = batch.batch;
    const { userId } = context;
    const serving = book.serving(workspaceId);
    if (!serving || !userId || historical || context.consent?.risk === 'denied') return desks.publish(batch);

    if (batch.rows.some(({ event }) => BEFORE_AN_ORDER.has(event.type))) look(workspaceId, userId);
    const nowMs = now();
    const records: DecisionRecord[] = [];
    desks.publish(batch, (order) => {
      const row = batch.rows.find(({ event }) => event.eventId === order.eventId);
      if (row && nowMs - row.correctedAt > LATE_MS) return;
      if (!mayAnswer(nowMs)) return countUnsaid(1);
      const moment = momentOf(workspaceId, serving, nowMs, desks.newestMs(workspaceId));
      records.push(answerOrder(moment, questionOf(order, userId), serving, { look }, readRecent));
    });
    if (records.length > 0) onDecided(records);
  };
}

function questionOf({ orderId, productId, side, shares, price }: Order, userId: string): PlacedOrder {
  return { orderId, userId, productId, side, shares, price };
}
