import { absent, type Measure, measure, measured, type Outcome } from './outcome.js';

/** Shares that changed hands for one customer. */
export interface Trade {
  readonly atMs: number;
  readonly product: string;
  readonly side: 'subscribe' | 'sell';
  /** > 0. */
  readonly shares: number;
  /** Of one share, > 0. */
  readonly price: number;
  readonly currency: string;
}

/** Price of a product at a time; undefined where there was none yet. */
export type PriceAt = (product: string, atMs: number) => number | undefined;

/** What is held of one product, at its average cost. */
export interface Position {
  readonly shares: number;
  /** Average price paid for one share of it. */
  readonly cost: number;
}

/** @returns the trades in order of time, or what is wrong with them. Trades of one moment: subscriptions first. */
export function inOrder(trades: readonly Trade[]): Outcome<readonly Trade[]> {
  if (trades.length === 0) return absent('no_trades');
  for (const { atMs, shares, price } of trades) {
    if (![atMs, shares, price].every(Number.isFinite)) return absent('not_finite');
    if (shares < 0 || price < 0) return absent('negative');
  }
  if (new Set(trades.map(({ currency }) => currency)).size > 1) return absent('mixed_currencies');
  const rank = ({ side }: Trade) => (side === 'subscribe' ? 0 : 1);
  return measured(trades.toSorted((a, b) => a.atMs - b.atMs || rank(a) - rank(b)));
}

/**
 * What is held after a trade. A sale of more than is known to be held (bought before the window) leaves nothing: the rest of it
 * has no cost to be compared with.
 */
export function afterTrade(held: Position | undefined, { side, shares, price }: Trade): Position | undefined {
  const before = held ?? { shares: 0, cost: 0 };
  if (side === 'sell') return shares >= before.shares ? undefined : { ...before, shares: before.shares - shares };
  const after = before.shares + shares;
  return after === 0 ? undefined : { shares: after, cost: (before.shares * before.cost + shares * price) / after };
}

/**
 * Disposition effect: PGR - PLR, the share of gains that were realised minus that of losses. On each sale every product then
 * held is counted once: the sold one as realised, the others on paper, against their average cost. Above zero, winners are
 * sold sooner than losers.
 *
 * @param priceAt - of products that are not traded at the time; those without a price are not counted.
 * @returns -1..1; `too_few_events` when there was no gain or no loss to be realised at all.
 * @see T. Odean, "Are investors reluctant to realize their losses?", Journal of Finance 1998.
 */
export function dispositionEffect(trades: readonly Trade[], priceAt: PriceAt): Measure {
  const sorted = inOrder(trades);
  if (sorted.kind === 'absent') return sorted;
  const held = new Map<string, Position>();
  const count = { realisedGains: 0, paperGains: 0, realisedLosses: 0, paperLosses: 0 };
  for (const trade of sorted.value) {
    if (trade.side === 'sell' && held.has(trade.product)) {
      for (const [product, { cost }] of held) {
        const realised = product === trade.product;
        const price = realised ? trade.price : priceAt(product, trade.atMs);
        if (price === undefined || price === cost) continue;
        if (price > cost) count[realised ? 'realisedGains' : 'paperGains'] += 1;
        else count[realised ? 'realisedLosses' : 'paperLosses'] += 1;
      }
    }
    keep(held, trade);
  }
  const gains = count.realisedGains + count.paperGains;
  const losses = count.realisedLosses + count.paperLosses;
  if (gains === 0 || losses === 0) return absent('too_few_events');
  return measure(count.realisedGains / gains - count.realisedLosses / losses);
}

function keep(held: Map<string, Position>, trade: Trade): void {
  const after = afterTrade(held.get(trade.product), trade);
  if (after === undefined) held.delete(trade.product);
  else held.set(trade.product, after);
}

/**
 * Turnover: half of what was traded, over the mean value held at cost between the first trade and the end, by time.
 *
 * @param endMs - as of when, >= the last trade.
 * @returns times over per 30 days; `zero_total` when nothing was held for any time.
 * @see B. Barber & T. Odean, "Trading is hazardous to your wealth", Journal of Finance 2000.
 */
export function turnover(trades: readonly Trade[], endMs: number): Measure {
  const sorted = inOrder(trades);
  if (sorted.kind === 'absent') return sorted;
  const held = new Map<string, Position>();
  const firstMs = sorted.value[0]?.atMs ?? 0;
  let [traded, valueTime, lastMs] = [0, 0, firstMs];
  for (const trade of sorted.value) {
    if (trade.atMs > endMs) return absent('out_of_order');
    valueTime += valueHeld(held) * (trade.atMs - lastMs);
    traded += trade.shares * trade.price;
    lastMs = trade.atMs;
    keep(held, trade);
  }
  valueTime += valueHeld(held) * (endMs - lastMs);
  if (valueTime === 0) return absent('zero_total');
  return measure(((traded / 2) * THIRTY_DAYS_MS) / valueTime);
}

const THIRTY_DAYS_MS = 30 * 86_400_000;

function valueHeld(held: ReadonlyMap<string, Position>): number {
  let total = 0;
  for (const { shares, cost } of held.values()) total += shares * cost;
  return total;
}

/** One-day returns, and which of them are among the highest tenth. */
export interface KnownReturns {
  /** By `dayKey`, the day on which the return was complete. */
  readonly byDay: ReadonlyMap<string, number>;
  /** Returns from here on are top-decile ones. */
  readonly topFrom: number;
  /** Share of all product-days that are such; a little over a tenth where returns are equal. */
  readonly topShare: number;
}

/** Product-days below which there is no tenth to speak of. */
const FEWEST_RETURNS = 10;

/** @param byDay - one-day return by `dayKey`. */
export function knownReturns(byDay: ReadonlyMap<string, number>): Outcome<KnownReturns> {
  const all = [...byDay.values()];
  if (!all.every(Number.isFinite)) return absent('not_finite');
  if (all.length < FEWEST_RETURNS) return absent('no_prices');
  const topFrom = all.toSorted((a, b) => b - a)[Math.ceil(all.length / 10) - 1] ?? 0;
  return measured({ byDay, topFrom, topShare: all.filter((one) => one >= topFrom).length / all.length });
}

/**
 * Chasing: share of subscriptions on the day after a top-decile one-day return of the product, minus the share of all
 * product-days that were such. Above zero, the customer runs after what has just risen.
 *
 * @param bought - product and day of each subscription, days counted from 1970.
 * @returns -1..1; `no_prices` when no subscription fell on a day with a known return of the day before.
 * @see B. Barber & T. Odean, "All that glitters", Review of Financial Studies 2008 (buying after extreme returns).
 */
export function chasing(
  bought: readonly { readonly product: string; readonly day: number }[],
  { byDay, topFrom, topShare }: KnownReturns,
): Measure {
  if (bought.length === 0) return absent('no_trades');
  const known = bought.flatMap(({ product, day }) => byDay.get(dayKey(product, day - 1)) ?? []);
  if (known.length === 0) return absent('no_prices');
  return measure(known.filter((one) => one >= topFrom).length / known.length - topShare);
}

/** Names a product on a day, days counted from 1970. */
export function dayKey(product: string, day: number): string {
  return `${day}\n${product}`;
}
