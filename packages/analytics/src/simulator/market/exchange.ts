import type { AuthoritativeEvent, EndPhase, EpochMs, EventId } from '@tidemark/protocol';
import type { Execution } from '../../orders/book/book-order.js';
import { createMarket } from '../../orders/book/create-market.js';
import type { TradingClock } from '../../orders/calendar/trading-clock.js';
import { fromUnits, toUnits } from '../../orders/exact-units.js';
import type { LedgerKeeper } from '../keep-ledger.js';
import { makeId } from '../make-id.js';
import type { Random } from '../random.js';
import type { Schedule } from '../schedule.js';
import { CUT_OFF_MS_OF_DAY, HOUR_MS, MINUTE_MS, OPENS_MS_OF_DAY } from '../settings.js';
import type { OrderTruth } from '../truth.js';
import { createDesk, ISSUER } from './create-desk.js';
import { destined, drawFate, type Fate } from './draw-fate.js';
import type { Economy } from './loan-rate.js';
import type { OrderRequest } from './order-request.js';
import { CURRENCY, PRODUCTS } from './products.js';
import type { Quotes } from './quotes.js';
import { createSettlements } from './settlements.js';
import { type SuccessProbability, successProbability } from './success-probability.js';

/** Where orders meet: books, the desk on the other side of them, and what the platform's server reports. */
export interface Exchange {
  place(request: OrderRequest, at: EpochMs): void;
  /** @returns whether it was still open. */
  cancel(orderId: string, at: EpochMs): boolean;
  /** Shares that a user may sell at a moment. */
  sellable(userId: string, productId: string, at: EpochMs): number;
  /** What somebody holds from before the simulation began. */
  endow(userId: string, productId: string, shares: number, at: EpochMs): void;
  /** Plans a day's settlements, and, when it is a working day, its opening, rounds of the desk and close. */
  beginDay(midnight: EpochMs): void;
  /** @param endAt - of the simulation. */
  truths(endAt: EpochMs): Readonly<Record<string, OrderTruth>>;
}

export interface ExchangeDependencies {
  readonly random: Random;
  readonly clock: TradingClock;
  readonly schedule: Schedule;
  readonly economy: Economy;
  readonly quotes: Quotes;
  readonly ledger: LedgerKeeper;
  readonly report: (event: AuthoritativeEvent) => void;
}

interface OpenOrder {
  readonly request: OrderRequest;
  odds: SuccessProbability;
  readonly fate: Fate;
  /** What the desk will see filled. */
  readonly coveredUnits: number;
  /** Cut-off of its trade day. */
  readonly closesAt: EpochMs;
  filledUnits: number;
  ended: boolean;
}

const ROUND_MS = 5 * MINUTE_MS;
const SETTLES_MS_OF_DAY = 8.5 * HOUR_MS;

/**
 * Success is decided as an order is placed, by the law of this market and a draw, so that its true probability is known
 * exactly; WHEN it comes is decided by the book. Orders lie in real queues and every execution comes from the head of one:
 * the desk takes heads, round by round, and all that it covers by the close. An order at the head that the desk does not cover is
 * taken off the queue, and its owner learns of it when it is rejected, given up, or expires.
 */
export function createExchange({
  random,
  clock,
  schedule,
  economy,
  quotes,
  ledger,
  report,
}: ExchangeDependencies): Exchange {
  const market = createMarket(
    PRODUCTS.map(({ productId }) => ({ productId, currency: CURRENCY, clock, issuerId: ISSUER })),
  );
  const desk = createDesk(random, market, coversHead, executed);
  const orders = new Map<string, OpenOrder>();
  const open = new Set<OpenOrder>();
  const settlements = createSettlements(random, clock, report);
  /** Placed while the market was closed. */
  let waiting: OpenOrder[] = [];
  let isOpen = false;

  function closesAt(at: EpochMs): EpochMs {
    const day = clock.tradeDay(at);
    const local = clock.localTime(at);
    if (day.kind === 'refused' || !local) return at;
    return at - local.msOfDay + (Date.parse(day.day) - Date.parse(local.day)) + CUT_OFF_MS_OF_DAY;
  }

  function enter(order: OpenOrder, at: EpochMs): void {
    if (order.ended) return;
    const { orderId, trader, productId, side, shares, price } = order.request;
    const crossing = () => {
      const head = market.book(productId)?.head(side === 'sell' ? 'subscribe' : 'sell');
      return head && (side === 'sell' ? head.price >= price : head.price <= price) ? head : undefined;
    };
    if (isCovered(order)) {
      for (let head = crossing(); head && !coversHead(head.orderId); head = crossing()) market.cancel(head.orderId, at);
    } else if (crossing()) {
      return; // not for the desk to match: it never reaches the queue
    }
    const covered = fromUnits(order.coveredUnits);
    const { refusal, executions } = market.place({
      orderId,
      userId: trader.userId,
      productId,
      side,
      currency: CURRENCY,
      shares: covered,
      volume: shares,
      price,
      placedAt: at,
    });
    if (refusal) {
      order.odds = { success: 0, full: 0 }; // the market's rules leave nothing to chance
      end(order, 'rejected', at, refusal);
    } else {
      executed(executions);
    }
  }

  /** An order of the desk is covered by itself. */
  function coversHead(orderId: string): boolean {
    const order = orders.get(orderId);
    return !order || isCovered(order);
  }

  function executed(executions: readonly Execution[]): void {
    for (const { subscription, sale, shares, price, at } of executions) {
      fill(subscription.orderId, shares, price, at);
      fill(sale.orderId, shares, price, at);
    }
  }

  function fill(orderId: string, shares: number, price: number, at: EpochMs): void {
    const order = orders.get(orderId);
    if (!order) return; // the desk's own
    const { trader } = order.request;
    order.filledUnits += toUnits(shares);
    ledger.filled(order.request, shares, at);
    const remainingShares = leftOf(order);
    const phase = remainingShares === 0 ? 'filled' : 'partially_filled';
    report({ type: 'order_fill', ...headOf(order, at), phase, shares, remainingShares, price, currency: CURRENCY });
    settlements.add(order.request, shares, price, at);
    if (remainingShares > 0) return;
    close(order);
    trader.reputation = Math.min(1, trader.reputation + 0.01);
  }

  function end(order: OpenOrder, phase: EndPhase, at: EpochMs, reason: string): void {
    if (order.ended) return;
    market.cancel(order.request.orderId, at);
    close(order);
    ledger.ended(order.request.orderId, phase);
    const { trader } = order.request;
    if (phase === 'cancelled') trader.reputation = Math.max(0, trader.reputation - 0.02);
    report({ type: 'order_end', ...headOf(order, at), phase, remainingShares: leftOf(order), reason });
  }

  function close(order: OpenOrder): void {
    order.ended = true;
    open.delete(order);
    order.request.trader.openOrders.delete(`${order.request.productId} ${order.request.side}`);
  }

  function headOf({ request: { orderId, productId, side, trader } }: OpenOrder, at: EpochMs) {
    const { userId, accountId } = trader;
    const who = accountId === undefined ? { userId } : { userId, accountId };
    return { eventId: makeId<EventId>(random, at), occurredAt: at, ...who, orderId, productId, side };
  }

  function endDay(at: EpochMs): void {
    desk.sweep(at);
    isOpen = false;
    for (const order of [...open]) end(order, 'expired', at, 'not matched by the cut-off');
  }

  return {
    place(request, at) {
      const { trader, productId, side, shares, price } = request;
      const reference = quotes.price(productId, at);
      const closeAt = closesAt(at);
      const odds =
        destined(request.destiny) ??
        successProbability({
          side,
          premiumRatio: price / reference - 1,
          amount: shares * price,
          hoursLeft: (closeAt - at) / HOUR_MS,
          reputation: trader.reputation,
          settledCount: trader.settledCount,
          loanRate: economy.loanRateAt(at),
          crowd: quotes.crowd(productId, side, at),
        });
      const fate = request.destiny === 'never' ? 'expired' : drawFate(random, odds);
      const coveredShares = fate === 'partial' ? Math.max(1, Math.floor(shares * random.between(0.1, 0.9))) : shares;
      const order: OpenOrder = {
        request,
        odds,
        fate,
        coveredUnits: toUnits(coveredShares),
        closesAt: closeAt,
        filledUnits: 0,
        ended: false,
      };
      orders.set(request.orderId, order);
      open.add(order);
      trader.openOrders.add(`${productId} ${side}`);
      trader.placedCount++;
      const { orderId, toldAt } = request;
      ledger.ordered({ orderId, userId: trader.userId, productId, side, shares, toldAt });
      quotes.noteOrder(productId, side, at);
      if (fate === 'rejected') {
        const rejectedAt = at + random.int(2_000, 60_000);
        schedule.at(rejectedAt, () => end(order, 'rejected', rejectedAt, 'not covered'));
      }
      if (fate === 'cancelled') {
        const patientUntil = at + 30_000 + Math.round(random.exponential(trader.patienceMs));
        const givenUpAt = Math.max(at + 1_000, Math.min(closeAt - MINUTE_MS, patientUntil));
        schedule.at(givenUpAt, () => giveUp(order, givenUpAt));
      }
      if (isOpen) enter(order, at);
      else waiting.push(order);
    },
    cancel(orderId, at) {
      const order = orders.get(orderId);
      if (!order || order.ended) return false;
      end(order, 'cancelled', at, 'by the customer');
      return true;
    },
    sellable(userId, productId, at) {
      const day = clock.tradeDay(at);
      return day.kind === 'day' ? (market.holdings(productId)?.sellable(userId, day.day) ?? 0) : 0;
    },
    endow: (userId, productId, shares, at) => void market.holdings(productId)?.bought(userId, shares, 1, at),
    beginDay(midnight) {
      const local = clock.localTime(midnight);
      const day = clock.tradeDay(midnight);
      if (!local || day.kind === 'refused' || day.day !== local.day) return;
      schedule.at(midnight + SETTLES_MS_OF_DAY, () => settlements.settle(local.day, midnight + SETTLES_MS_OF_DAY));
      const opensAt = midnight + OPENS_MS_OF_DAY;
      const cutOffAt = midnight + CUT_OFF_MS_OF_DAY;
      schedule.at(opensAt, () => {
        isOpen = true;
        const entering = waiting;
        waiting = [];
        for (const order of entering) enter(order, opensAt);
      });
      for (let at = opensAt + ROUND_MS; at < cutOffAt; at += ROUND_MS) schedule.at(at, () => desk.round(at));
      // The last millisecond that is still that day.
      schedule.at(cutOffAt - 1, () => endDay(cutOffAt - 1));
    },
    truths(endAt) {
      return Object.fromEntries(
        [...orders].map(([orderId, { odds, filledUnits, request, closesAt: closed }]) => [
          orderId,
          { ...odds, filledRatio: filledUnits / toUnits(request.shares), resolved: closed <= endAt },
        ]),
      );
    },
  };

  function giveUp(order: OpenOrder, at: EpochMs): void {
    if (order.ended) return;
    order.request.onGivenUp?.(at);
    end(order, 'cancelled', at, 'by the customer');
  }
}

function isCovered({ fate }: OpenOrder): boolean {
  return fate === 'filled' || fate === 'partial';
}

function leftOf({ request, filledUnits }: OpenOrder): number {
  return fromUnits(toUnits(request.shares) - filledUnits);
}
