import type { LocalDay } from './calendar/local-day.js';
import type { TradingClock } from './calendar/trading-clock.js';
import { fromUnits, toUnits } from './exact-units.js';
import type { TradedOrder } from './traded-order.js';

/** Median and ninth decile, milliseconds from placing; absent when nothing was filled. */
export interface WaitFigures {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** The subscriptions, or the sales, of one product and trade day. Rejected orders are counted, and in no other figure. */
export interface SideFigures {
  readonly orderCount: number;
  readonly rejectedCount: number;
  readonly rejectedShares: number;
  readonly orderedShares: number;
  readonly filledShares: number;
  /** Filled of ordered shares, 0..1; absent without orders. */
  readonly fillRatio: number | undefined;
  readonly fullCount: number;
  readonly partialCount: number;
  readonly cancelledCount: number;
  readonly expiredCount: number;
  readonly timeToFirstFill: WaitFigures | undefined;
  readonly timeToFill: WaitFigures | undefined;
  /** Mean of what was served before an order when it came in; absent where no order knows. */
  readonly sharesAhead: number | undefined;
}

export interface ProductDay {
  readonly productId: string;
  /** The day that the orders count as of. */
  readonly day: LocalDay;
  readonly subscriptions: SideFigures;
  readonly sales: SideFigures;
  /** Sales that were not filled whole, and the shares that nobody took: what a guarantee would have to cover. */
  readonly unfilledSaleCount: number;
  readonly unfilledSaleShares: number;
}

export interface ProductDays {
  /** By product, then day. */
  readonly days: readonly ProductDay[];
  /** Orders that count as of no day, or have impossible numbers. */
  readonly refused: readonly { readonly order: TradedOrder; readonly reason: DayRefusal }[];
}

export type DayRefusal = 'unknown_product' | 'no_calendar_data' | 'invalid_time' | 'invalid_number';

/**
 * Figures per product and trade day.
 *
 * @param clockOf - the trading rules of a product; undefined for one that is not known.
 */
export function productDays(
  orders: Iterable<TradedOrder>,
  clockOf: (productId: string) => TradingClock | undefined,
): ProductDays {
  const groups = new Map<string, Map<LocalDay, TradedOrder[]>>();
  const refused: { order: TradedOrder; reason: DayRefusal }[] = [];
  for (const order of orders) {
    const day = dayOf(order, clockOf(order.productId));
    if (day.kind === 'refused') {
      refused.push({ order, reason: day.reason });
      continue;
    }
    const ofProduct = groups.get(order.productId) ?? new Map<LocalDay, TradedOrder[]>();
    groups.set(order.productId, ofProduct);
    const placed = ofProduct.get(day.day);
    if (placed) placed.push(order);
    else ofProduct.set(day.day, [order]);
  }
  const byKey = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const days = byKey(groups).flatMap(([productId, ofProduct]) =>
    byKey(ofProduct).map(([day, placed]) => productDay(productId, day, placed)),
  );
  return { days, refused };
}

function dayOf(
  { shares, filledShares, placedAt }: TradedOrder,
  clock: TradingClock | undefined,
): { kind: 'day'; day: LocalDay } | { kind: 'refused'; reason: DayRefusal } {
  if (!clock) return { kind: 'refused', reason: 'unknown_product' };
  if (!(shares > 0 && filledShares >= 0 && Number.isFinite(shares + filledShares))) {
    return { kind: 'refused', reason: 'invalid_number' };
  }
  return clock.tradeDay(placedAt);
}

function productDay(productId: string, day: LocalDay, orders: readonly TradedOrder[]): ProductDay {
  const sales = orders.filter(({ side }) => side === 'sell');
  const unfilled = sales.filter((sale) => sale.ended !== 'rejected' && leftUnits(sale) > 0);
  return {
    productId,
    day,
    subscriptions: sideFigures(orders.filter(({ side }) => side === 'subscribe')),
    sales: sideFigures(sales),
    unfilledSaleCount: unfilled.length,
    unfilledSaleShares: sumOf(unfilled, leftUnits),
  };
}

function sideFigures(all: readonly TradedOrder[]): SideFigures {
  const orders = all.filter(({ ended }) => ended !== 'rejected');
  const orderedShares = sumOf(orders, ({ shares }) => toUnits(shares));
  const filledShares = sumOf(orders, ({ filledShares: shares }) => toUnits(shares));
  const queued = orders.flatMap(({ sharesAhead }) => (sharesAhead === undefined ? [] : [sharesAhead]));
  return {
    orderCount: orders.length,
    rejectedCount: all.length - orders.length,
    rejectedShares: sumOf(
      all.filter(({ ended }) => ended === 'rejected'),
      ({ shares }) => toUnits(shares),
    ),
    orderedShares,
    filledShares,
    fillRatio: orderedShares > 0 ? filledShares / orderedShares : undefined,
    fullCount: orders.filter((order) => leftUnits(order) === 0).length,
    partialCount: orders.filter((order) => order.filledShares > 0 && leftUnits(order) > 0).length,
    cancelledCount: orders.filter(({ ended }) => ended === 'cancelled').length,
    expiredCount: orders.filter(({ ended }) => ended === 'expired').length,
    timeToFirstFill: waitFigures(orders, ({ firstFillAt }) => firstFillAt),
    timeToFill: waitFigures(orders, ({ filledAt }) => filledAt),
    sharesAhead: queued.length > 0 ? queued.reduce((sum, ahead) => sum + ahead, 0) / queued.length : undefined,
  };
}

function leftUnits({ shares, filledShares }: TradedOrder): number {
  return Math.max(0, toUnits(shares) - toUnits(filledShares));
}

function sumOf(orders: readonly TradedOrder[], unitsOf: (order: TradedOrder) => number): number {
  return fromUnits(orders.reduce((sum, order) => sum + unitsOf(order), 0));
}

function waitFigures(
  orders: readonly TradedOrder[],
  momentOf: (order: TradedOrder) => number | undefined,
): WaitFigures | undefined {
  const waits = orders.flatMap((order) => {
    const at = momentOf(order);
    return at === undefined ? [] : [Math.max(0, at - order.placedAt)]; // a page's clock may be ahead of the server's
  });
  if (waits.length === 0) return undefined;
  waits.sort((a, b) => a - b);
  return { medianMs: quantileOf(waits, 0.5), p90Ms: quantileOf(waits, 0.9) };
}

/** Linear between the neighbours. @see R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", 1996, type 7. */
function quantileOf(sorted: readonly number[], ratio: number): number {
  const place = (sorted.length - 1) * ratio;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
