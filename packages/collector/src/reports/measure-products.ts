import {
  applyOrderEvent,
  createTradingClock,
  describeOrder,
  emptyOrder,
  type OrderEvent,
  type OrderState,
  productDays,
  refuseEvent,
  type SegmentedProduct,
  type SideFigures,
  segmentProducts,
  type TradedOrder,
  tradedFromEvents,
} from '@tidemark/analytics/orders';
import { chineseCalendar } from '@tidemark/analytics/orders/chinese-calendar';
import { lsvHerding, type Measure } from '@tidemark/analytics/stats';
import type {
  ProductDayRow,
  ProductDaysAnswer,
  ProductDaysQuery,
  ProductSegmentRow,
  ProductSideReading,
} from '@tidemark/protocol';
import type { OrderEventRow } from '../store/reports/order-events.js';

/** Orders of one answer. */
const ORDERS_MAX = 1_000_000;

export interface ProductMeasuring {
  /** Rows of one order come one after another. */
  add(row: OrderEventRow): void;
  /** @throws {RangeError} for more orders than one answer may be about. */
  answer(): ProductDaysAnswer;
}

interface UserOrder extends TradedOrder {
  readonly userId: string | undefined;
}

/** Makes orders of their events as these come, and figures of products and days of the orders. */
export function createProductMeasuring(
  query: Required<Pick<ProductDaysQuery, 'from' | 'to' | 'calendar'>>,
): ProductMeasuring {
  const { from, to, calendar } = query;
  const clock = createTradingClock({ calendar: chineseCalendar(calendar) });
  const orders: UserOrder[] = [];
  const refused: Record<string, number> = {};
  let state: OrderState | undefined;

  function refuse(reason: string): void {
    refused[reason] = (refused[reason] ?? 0) + 1;
  }

  function endOrder(): void {
    if (!state) return;
    const described = describeOrder(state);
    state = undefined;
    const traded = tradedFromEvents(described);
    if (!traded) {
      if (described.phase !== 'intent') refuse('incomplete');
      return;
    }
    if (traded.placedAt < from || traded.placedAt >= to) return;
    if (orders.length >= ORDERS_MAX) throw new RangeError(`more than ${ORDERS_MAX} orders`);
    orders.push({ ...traded, userId: described.userId });
  }

  return {
    add(row) {
      const event = orderEventOf(row);
      if (refuseEvent(event)) return refuse('bad_event');
      if (state?.orderId !== event.orderId) endOrder();
      state = applyOrderEvent(state ?? emptyOrder(event.orderId), event);
    },
    answer() {
      endOrder();
      const { days, refused: outOfDays } = productDays(orders, () => clock);
      for (const { reason } of outOfDays) refuse(reason);
      const dayOf = (atMs: number) => {
        const day = clock.tradeDay(atMs);
        return day.kind === 'day' ? day.day : '';
      };
      const traders = tradersOf(orders, dayOf);
      const rows = days.map(({ subscriptions, sales, ...day }): ProductDayRow => {
        const { buyers, sellers } = traders.of(day.productId, day.day);
        const herding = lsvHerding({ buyers, sellers }, traders.buyerShare(day.day));
        return {
          ...day,
          subscriptions: sideReading(subscriptions),
          sales: sideReading(sales),
          buyers,
          sellers,
          herding: herding.kind === 'measured' ? herding.value : null,
        };
      });
      const taken = orders.filter(({ ended, placedAt }) => ended !== 'rejected' && dayOf(placedAt) !== '');
      const segments = segmentProducts(taken.map((order) => ({ ...order, day: dayOf(order.placedAt) })));
      return { from, to, rows, segments: segments.map(segmentRow), refused };
    },
  };
}

function segmentRow({ dispersion, burstiness, segment, ...product }: SegmentedProduct): ProductSegmentRow {
  return { ...product, dispersion: numberOf(dispersion), burstiness: numberOf(burstiness), segment: segment ?? null };
}

function numberOf(measured: Measure): number | null {
  return measured.kind === 'measured' ? measured.value : null;
}

function sideReading({
  fillRatio,
  timeToFirstFill,
  timeToFill,
  sharesAhead: _known,
  ...counts
}: SideFigures): ProductSideReading {
  return {
    ...counts,
    fillRatio: fillRatio ?? null,
    timeToFirstFill: timeToFirstFill ?? null,
    timeToFill: timeToFill ?? null,
  };
}

/** Different users by product and day, and the share of buyers among those of all products of a day. */
function tradersOf(orders: readonly UserOrder[], dayOf: (atMs: number) => string) {
  const seen = new Set<string>();
  const counts = new Map<string, { buyers: number; sellers: number }>();
  const countsOf = (key: string) => {
    const known = counts.get(key) ?? { buyers: 0, sellers: 0 };
    counts.set(key, known);
    return known;
  };
  for (const { productId, side, placedAt, userId, ended } of orders) {
    if (userId === undefined || ended === 'rejected') continue;
    const day = dayOf(placedAt);
    const key = JSON.stringify([day, productId]);
    const one = JSON.stringify([key, side, userId]);
    if (seen.has(one)) continue;
    seen.add(one);
    for (const group of [countsOf(key), countsOf(day)]) group[side === 'sell' ? 'sellers' : 'buyers'] += 1;
  }
  return {
    of: (productId: string, day: string) => countsOf(JSON.stringify([day, productId])),
    buyerShare(day: string): number {
      const { buyers, sellers } = countsOf(day);
      return buyers + sellers === 0 ? 0 : buyers / (buyers + sellers);
    },
  };
}

function orderEventOf(row: OrderEventRow): OrderEvent {
  const [
    orderId,
    eventId,
    type,
    occurredAt,
    productId,
    side,
    phase,
    userId,
    shares,
    remainingShares,
    price,
    amount,
    currency,
  ] = row;
  const about = {
    eventId,
    type,
    occurredAt,
    orderId,
    productId,
    side,
    phase,
    shares,
    remainingShares,
    price,
    amount,
    currency,
  };
  return { ...about, userId: userId === '' ? undefined : userId } as unknown as OrderEvent; // the columns of the type that it says
}
