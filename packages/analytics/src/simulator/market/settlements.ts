import type { AuthoritativeEvent, EpochMs, EventId } from '@tidemark/protocol';
import type { LocalDay } from '../../orders/calendar/local-day.js';
import type { TradingClock } from '../../orders/calendar/trading-clock.js';
import { fromUnits, toUnits } from '../../orders/exact-units.js';
import { makeId } from '../make-id.js';
import type { Random } from '../random.js';
import type { OrderRequest } from './order-request.js';
import { CURRENCY } from './products.js';
import { round4 } from './quotes.js';

/** What was matched changes hands on T+1, once an order and day. */
export interface Settlements {
  /** Shares of an order that were matched now. */
  add(request: OrderRequest, shares: number, price: number, at: EpochMs): void;
  /** Reports all that is due on a day. */
  settle(day: LocalDay, at: EpochMs): void;
}

interface DueSettlement {
  readonly request: OrderRequest;
  units: number;
  amount: number;
}

export function createSettlements(
  random: Random,
  clock: TradingClock,
  report: (event: AuthoritativeEvent) => void,
): Settlements {
  const settlements = new Map<LocalDay, Map<string, DueSettlement>>();

  return {
    add(request, shares, price, at) {
      const day = clock.sellableOn(at);
      if (day.kind === 'refused') return; // settings are refused where a day has no T+1
      const due = settlements.get(day.day) ?? new Map<string, DueSettlement>();
      settlements.set(day.day, due);
      const entry = due.get(request.orderId) ?? { request, units: 0, amount: 0 };
      due.set(request.orderId, entry);
      entry.units += toUnits(shares);
      entry.amount = round4(entry.amount + shares * price);
    },
    settle(day, at) {
      const due = settlements.get(day);
      settlements.delete(day);
      for (const { request, units, amount } of due?.values() ?? []) {
        const { orderId, trader, productId, side } = request;
        const { userId } = trader;
        const which = { orderId, productId, side, shares: fromUnits(units), amount, currency: CURRENCY };
        report({ type: 'settlement', eventId: makeId<EventId>(random, at), occurredAt: at, userId, ...which });
        trader.settledCount++;
      }
    },
  };
}
