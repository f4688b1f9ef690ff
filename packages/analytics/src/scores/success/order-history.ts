import type { EpochMs, OrderSide } from '@tidemark/protocol';
import { type ActLog, walkActs } from './act-log.js';
import type { OrderColumns } from './order-columns.js';
import { createOrderDesk, type DeskEvent, type MarketHours } from './order-desk.js';

/** A decision of the past: what was known then, and what became of it. */
export interface DecidedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly placedAt: EpochMs;
  readonly columns: OrderColumns;
  readonly outcome: OrderEnding;
  /** Whether its trade day closed by `knownUntil`: only then has it had its full chance. */
  readonly resolved: boolean;
}

export interface OrderEnding {
  /** 0..1. */
  readonly fillRatio: number;
  readonly firstFillAt: EpochMs | undefined;
  readonly endedAt: EpochMs | undefined;
  readonly how: 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected';
}

/**
 * Walks through what happened, in order of time, and writes down at each placed order what was known at that very moment: an event
 * of the same millisecond is not. The desk is the one that serves, so that training and serving cannot differ.
 *
 * @param events - in any order, copies left out.
 * @param knownUntil - end of what is known, epoch ms.
 * @param acts - what users did of late is learnt from it; not known where left out.
 * @returns in order of time.
 */
export function decidedOrders(
  events: readonly DeskEvent[],
  hours: MarketHours,
  knownUntil: EpochMs,
  acts?: ActLog,
): readonly DecidedOrder[] {
  const desk = createOrderDesk(hours);
  const recentOf = acts && walkActs(acts);
  const sorted = events.toSorted((a, b) => a.occurredAt - b.occurredAt);
  const endings = endingsOf(sorted);
  const decided: DecidedOrder[] = [];
  const seen = new Set<string>();
  let waiting: DeskEvent[] = [];
  for (const event of sorted) {
    if (event.occurredAt > (waiting[0]?.occurredAt ?? event.occurredAt)) {
      for (const one of waiting) desk.note(one);
      waiting = [];
    }
    waiting.push(event);
    if (event.type !== 'order' || event.phase !== 'placed' || seen.has(event.orderId)) continue;
    seen.add(event.orderId);
    const { orderId, userId, productId, side, shares, price, occurredAt: placedAt } = event;
    const untilCutOffMs = hours.untilCutOffMs(placedAt);
    decided.push({
      orderId,
      userId,
      productId,
      side,
      placedAt,
      columns: desk.columnsOf({
        ...{ userId, productId, side, shares, price, atMs: placedAt },
        recent: recentOf?.(userId, placedAt),
      }),
      outcome: endings.get(orderId) ?? OPEN,
      resolved: untilCutOffMs !== undefined && placedAt + untilCutOffMs <= knownUntil,
    });
  }
  return decided;
}

const OPEN: OrderEnding = { fillRatio: 0, firstFillAt: undefined, endedAt: undefined, how: 'open' };

function endingsOf(sorted: readonly DeskEvent[]): ReadonlyMap<string, OrderEnding> {
  const endings = new Map<string, OrderEnding>();
  const filled = new Map<string, number>();
  for (const event of sorted) {
    if (event.type === 'order_fill') {
      const shares = (filled.get(event.orderId) ?? 0) + event.shares;
      filled.set(event.orderId, shares);
      const whole = event.remainingShares === 0;
      const asked = shares + event.remainingShares;
      endings.set(event.orderId, {
        fillRatio: whole ? 1 : Math.min(1, asked > 0 ? shares / asked : 0),
        firstFillAt: endings.get(event.orderId)?.firstFillAt ?? event.occurredAt,
        endedAt: whole ? event.occurredAt : undefined,
        how: whole ? 'filled' : 'open',
      });
    }
    if (event.type === 'order_end') {
      const before = endings.get(event.orderId) ?? OPEN;
      if (before.how === 'open') endings.set(event.orderId, { ...before, endedAt: event.occurredAt, how: event.phase });
    }
  }
  return endings;
}
