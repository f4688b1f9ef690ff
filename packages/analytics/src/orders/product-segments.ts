import { finiteBurstiness } from '../stats/burstiness.js';
import { mean, populationSd } from '../stats/moments.js';
import { absent, type Measure, measure } from '../stats/outcome.js';
import type { LocalDay } from './calendar/local-day.js';

/**
 * How orders for a product come. `steady`: as many each day, spread over it. `pulsing`: as many each day, all at once.
 * `dispersed`: many on some days and few on others, spread over the day. `eruptive`: on few days, and all at once.
 */
export const PRODUCT_SEGMENTS = ['steady', 'pulsing', 'dispersed', 'eruptive'] as const;
export type ProductSegment = (typeof PRODUCT_SEGMENTS)[number];

/** One order, as far as segments need it. */
export interface OrderMoment {
  readonly productId: string;
  readonly placedAt: number;
  /** Its trade day. */
  readonly day: LocalDay;
}

export interface SegmentedProduct {
  readonly productId: string;
  readonly orderCount: number;
  /** Squared coefficient of variation of the orders of a day, over all days on which anything was ordered. */
  readonly dispersion: Measure;
  /** Of the gaps between orders of one day over their mean, free of the pull of few; -1 clock, 0 Poisson, 1 bursts. */
  readonly burstiness: Measure;
  /** Undefined where there is too little to tell. */
  readonly segment: ProductSegment | undefined;
}

/** From here on demand is called variable. @see A. Syntetos, J. Boylan, J. Croston, JORS 56 (2005) 495-503. */
const DISPERSED_FROM = 0.49;
/** Burstiness of gaps whose standard deviation is twice their mean; our own line between 0, chance, and 1. */
const ERUPTIVE_FROM = 1 / 3;
const FEWEST_DAYS = 3;
const FEWEST_ORDERS = 10;

/**
 * Puts products into segments by dispersion over days and burstiness within them. Nights and days of rest are in neither: a gap
 * counts between orders of one trade day alone.
 *
 * @returns by product id.
 * @see K.-I. Goh, A.-L. Barabasi 2008 and E.-K. Kim, H.-H. Jo 2016 for burstiness.
 */
export function segmentProducts(orders: Iterable<OrderMoment>): readonly SegmentedProduct[] {
  const days = new Set<LocalDay>();
  const products = new Map<string, Map<LocalDay, number[]>>();
  for (const { productId, placedAt, day } of orders) {
    days.add(day);
    const ofProduct = products.get(productId) ?? new Map<LocalDay, number[]>();
    products.set(productId, ofProduct);
    const times = ofProduct.get(day);
    if (times) times.push(placedAt);
    else ofProduct.set(day, [placedAt]);
  }
  return [...products]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([productId, ofProduct]) => segmentOf(productId, [...ofProduct.values()], days.size));
}

function segmentOf(productId: string, timesByDay: readonly number[][], dayCount: number): SegmentedProduct {
  const counts = [
    ...timesByDay.map(({ length }) => length),
    ...new Array<number>(dayCount - timesByDay.length).fill(0),
  ];
  const gaps = timesByDay.flatMap(relativeGaps);
  const orderCount = counts.reduce((sum, count) => sum + count, 0);
  const dispersion =
    dayCount < FEWEST_DAYS ? absent('too_few_events') : measure((populationSd(counts) / mean(counts)) ** 2);
  const burstiness = orderCount < FEWEST_ORDERS ? absent('too_few_events') : finiteBurstiness(gaps);
  return { productId, orderCount, dispersion, burstiness, segment: nameOf(dispersion, burstiness) };
}

/** Over the mean of their day, so that a busy day beside a quiet one is no burst; a day with one gap says nothing. */
function relativeGaps(times: readonly number[]): readonly number[] {
  const sorted = times.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] ?? at));
  const typical = gaps.length < 2 ? 0 : mean(gaps);
  return typical === 0 ? [] : gaps.map((gap) => gap / typical);
}

function nameOf(dispersion: Measure, burstiness: Measure): ProductSegment | undefined {
  if (dispersion.kind === 'absent' || burstiness.kind === 'absent') return undefined;
  const isEruptive = burstiness.value >= ERUPTIVE_FROM;
  if (dispersion.value >= DISPERSED_FROM) return isEruptive ? 'eruptive' : 'dispersed';
  return isEruptive ? 'pulsing' : 'steady';
}
