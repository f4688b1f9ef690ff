import type {
  AuthoritativeType,
  EndPhase,
  EpochMs,
  EventBatch,
  EventType,
  SessionId,
  Surface,
} from '@tidemark/protocol';
import type { LocalDay } from '../orders/calendar/local-day.js';
import { createContentKeeper } from './books/content-keeper.js';
import { createOrderBookKeeper, type TakenOrder } from './books/order-book-keeper.js';
import { createVisitKeeper } from './books/visit-keeper.js';
import type { SimulatedBatch } from './simulated-batch.js';
import type { Ledger, ProductLedger } from './truth.js';

/** Counts what is sent, as it is sent. */
export interface LedgerKeeper {
  batch(batch: SimulatedBatch): void;
  copy(batch: EventBatch): void;
  ordered(order: Omit<TakenOrder, 'day'>): void;
  filled(order: Pick<TakenOrder, 'orderId' | 'productId' | 'side'>, shares: number, at: EpochMs): void;
  ended(orderId: string, phase: EndPhase): void;
  ledger(): Ledger;
}

type Counts = { -readonly [K in keyof ProductLedger]: number };

/** The market's days: that of a moment, and the trade day of an order. */
export interface LedgerDays {
  dayOf(at: EpochMs): LocalDay;
  tradeDayOf(at: EpochMs): LocalDay;
}

export function createLedgerKeeper(days: LedgerDays): LedgerKeeper {
  const visits = createVisitKeeper(days.dayOf);
  const content = createContentKeeper();
  const orders = createOrderBookKeeper();
  const events: Partial<Record<EventType | AuthoritativeType, number>> = {};
  const views: Record<Surface, number> = { h5: 0, native: 0 };
  const dwellMs: Record<Surface, number> = { h5: 0, native: 0 };
  const products: Record<string, Counts> = {};
  let sessionsEnded = 0;
  let lastSession: SessionId | undefined;
  let batches = 0;
  let copies = 0;

  function countsOf(productId: string): Counts {
    const counts = products[productId] ?? {
      subscriptions: 0,
      sales: 0,
      subscribedShares: 0,
      soldShares: 0,
      filledSubscriptionShares: 0,
      filledSaleShares: 0,
    };
    products[productId] = counts;
    return counts;
  }
  return {
    batch(batch) {
      batches++;
      for (const { type } of batch.events) events[type] = (events[type] ?? 0) + 1;
      if (!('sentAt' in batch)) return;
      visits.add(batch);
      content.add(batch);
      const { sessionId, surface } = batch.context;
      if (sessionId !== lastSession) sessionsEnded++; // a session's batches are made one after another
      lastSession = sessionId;
      for (const event of batch.events) {
        if (event.type === 'page_view' || event.type === 'screen_view') views[surface]++;
        if (event.type === 'view_end') dwellMs[surface] += event.dwellMs;
      }
    },
    copy(batch) {
      copies += batch.events.length;
    },
    ordered(order) {
      const { productId, side, shares, toldAt } = order;
      orders.taken({ ...order, day: days.tradeDayOf(toldAt) });
      const counts = countsOf(productId);
      counts[side === 'sell' ? 'sales' : 'subscriptions']++;
      counts[side === 'sell' ? 'soldShares' : 'subscribedShares'] += shares;
    },
    filled({ orderId, productId, side }, shares, at) {
      orders.filled(orderId, shares, at);
      countsOf(productId)[side === 'sell' ? 'filledSaleShares' : 'filledSubscriptionShares'] += shares;
    },
    ended: orders.ended,
    ledger: () => ({
      events,
      batches,
      sessions: sessionsEnded,
      views,
      dwellMs,
      copies,
      products,
      productDays: orders.days(),
      ...visits.ledger(),
      content: content.rows(),
    }),
  };
}
