import { groupBy, tally } from '../stats/group.js';
import { quintileCuts } from '../stats/quintile.js';
import { sumPrior } from '../stats/shrinkage.js';
import { DAY_MS, dayOf, type FeatureEvent, hourOfWeek, isAct, isView, LOOKBACK_MS, personOf } from './event.js';
import { FOLLOW_SPAN_MS, MARKET_SPAN_MS, seenOrders } from './herding.js';
import { inputsOf } from './inputs.js';
import { purchaseHistory, rfmFigures } from './loyalty.js';
import { LOAN_RATE_SERIES } from './macro.js';
import type { CloseRow, TraderRow } from './market.js';
import type { PopulationRows } from './population.js';

const PRIOR_WINDOW_MS = 30 * DAY_MS;

interface Moment {
  readonly asOfMs: number;
  readonly utcOffsetMs: number;
}

/**
 * What the store should add up, from the events themselves.
 *
 * @param events - of everybody, each once and in order.
 */
export function populationRowsOf(events: readonly FeatureEvent[], { asOfMs, utcOffsetMs }: Moment): PopulationRows {
  const known = events.filter(({ occurredAtMs }) => occurredAtMs <= asOfMs);
  const since = (windowMs: number) => known.filter(({ occurredAtMs }) => occurredAtMs > asOfMs - windowMs);
  const recent = since(PRIOR_WINDOW_MS).filter((event) => personOf(event) !== undefined);
  const users = [
    ...groupBy(
      known.filter(({ userId }) => userId !== ''),
      ({ userId }) => userId,
    ).values(),
  ].map((own) => inputsOf(own, asOfMs).orders);
  const figures = users.flatMap((orders) => rfmFigures(orders, asOfMs) ?? []);
  const cutsOf = (values: readonly number[]) => {
    const cuts = quintileCuts(values);
    return cuts.kind === 'measured' ? cuts.value : [];
  };
  const money = figures.flatMap((own) => [...own.money].map(([currency, amount]) => ({ currency, amount })));
  return {
    hours: profileSums(recent.filter(isAct), (event) => hourOfWeek(event.occurredAtMs, utcOffsetMs), 168),
    categories: categorySums(recent.filter((event) => isView(event) && event.template !== '')),
    recencyCuts: cutsOf(figures.map(({ recencyDays }) => -recencyDays)),
    frequencyCuts: cutsOf(figures.map(({ orders }) => orders)),
    moneyCuts: [...groupBy(money, ({ currency }) => currency)].map(([currency, rows]) => ({
      currency,
      cuts: cutsOf(rows.map(({ amount }) => amount)),
    })),
    purchases: users.flatMap((orders) => {
      const history = purchaseHistory(orders, { asOfMs, utcOffsetMs });
      return history.kind === 'measured' ? [{ ...history.value, customers: 1 }] : [];
    }),
    closes: closesOf(since(MARKET_SPAN_MS), utcOffsetMs),
    traders: tradersOf(since(MARKET_SPAN_MS), utcOffsetMs),
    placements: seenOrders(
      inputsOf(
        since(FOLLOW_SPAN_MS).filter(({ userId }) => userId !== ''),
        asOfMs,
      ).orders,
    ),
    loanRates: since(LOOKBACK_MS)
      .filter(({ type, name }) => type === 'macro_point' && name === LOAN_RATE_SERIES)
      .map(({ occurredAtMs: knownAtMs, periodAtMs, value, revision }) => ({ knownAtMs, periodAtMs, value, revision })),
  };
}

function profileSums(events: readonly FeatureEvent[], binOf: (event: FeatureEvent) => number, bins: number) {
  const people = [...groupBy(events, personOf).values()].map((own) => {
    const counts = tally(own.map(binOf));
    return Array.from({ length: bins }, (_, bin) => counts.get(bin) ?? 0);
  });
  return sumPrior(people);
}

function categorySums(views: readonly FeatureEvent[]) {
  const names = [...new Set(views.map(({ template }) => template))].sort();
  const placeOf = new Map(names.map((name, place) => [name, place]));
  return { names, ...profileSums(views, ({ template }) => placeOf.get(template) ?? 0, names.length) };
}

function closesOf(events: readonly FeatureEvent[], utcOffsetMs: number): CloseRow[] {
  const fills = events.filter(({ type }) => type === 'order_fill');
  const closes = groupBy(fills, ({ productId, occurredAtMs }) => `${dayOf(occurredAtMs, utcOffsetMs)}\n${productId}`);
  return [...closes.values()].flatMap((day) => {
    const last = day.at(-1);
    return last ? { product: last.productId, day: dayOf(last.occurredAtMs, utcOffsetMs), price: last.price } : [];
  });
}

function tradersOf(events: readonly FeatureEvent[], utcOffsetMs: number): TraderRow[] {
  const placed = events.filter(({ type, phase, userId }) => type === 'order' && phase === 'placed' && userId !== '');
  const days = groupBy(placed, ({ productId, occurredAtMs }) => `${dayOf(occurredAtMs, utcOffsetMs)}\n${productId}`);
  return [...days.values()].map((orders) => {
    const users = (side: string) => new Set(orders.filter((one) => one.side === side).map(({ userId }) => userId)).size;
    const { productId: product = '', occurredAtMs = 0 } = orders[0] ?? {};
    return { product, day: dayOf(occurredAtMs, utcOffsetMs), buyers: users('subscribe'), sellers: users('sell') };
  });
}
