import type { Product, RiskClass } from './catalog.js';
import type { Day } from './day.js';
import { createRandom, seedFrom } from './random.js';

/** What one share cost and promised on one day. */
export interface Quote {
  readonly day: Day;
  /** CNY per share, four decimals as fund companies publish it. */
  readonly price: number;
  /** Expected annual rate; 0.0245 is 2.45 %. */
  readonly rateRatio: number;
}

/** 2 September 2024: every product opened at 1.0000 CNY a share on this day. */
export const LAUNCH_DAY: Day = 19_968;

/** How much of yesterday's distance from the base rate survives until today. */
const RATE_MEMORY = 0.94;

/** Funds publish their annual rate as the mean of the last seven days, which calms the chart. */
const PUBLISHED_DAYS = 7;

/** Standard step of the rate (relative to the base rate) and of the price (per day), by risk class. */
const STEP_RATIO: Readonly<Record<RiskClass, { readonly rate: number; readonly price: number }>> = {
  R1: { rate: 0.014, price: 0 },
  R2: { rate: 0.02, price: 0.00008 },
  R3: { rate: 0.028, price: 0.0006 },
};

/**
 * The last `days` daily quotes up to and including `until`, oldest first.
 *
 * The rate is a first-order autoregressive walk around the base rate; the price accrues it daily, plus noise where
 * the risk class has any. Pure: one product and one day always give the same numbers.
 *
 * @returns at least one quote; fewer than `days` when the product is younger than that.
 * @throws {RangeError} when days < 1.
 */
export function quoteHistory(product: Product, until: Day, days: number): readonly Quote[] {
  if (days < 1) throw new RangeError(`days starts at 1, got ${days}`);
  return walk(product, until).slice(-days);
}

/** The quote of one day. Before the launch, the launch quote. */
export function quoteOn(product: Product, day: Day): Quote {
  return walk(product, day).at(-1) ?? launchQuote(product);
}

function walk(product: Product, until: Day): Quote[] {
  const random = createRandom(seedFrom(product.id));
  const step = STEP_RATIO[product.risk];
  const quotes = [launchQuote(product)];
  const distances = [0];
  let price = 1;
  for (let day = LAUNCH_DAY + 1; day <= until; day += 1) {
    distances.push(RATE_MEMORY * (distances.at(-1) ?? 0) + step.rate * roughlyNormal(random));
    const rateRatio = product.baseRateRatio * (1 + mean(distances.slice(-PUBLISHED_DAYS)));
    price *= 1 + rateRatio / 365 + step.price * roughlyNormal(random);
    quotes.push({ day, price: roundPrice(price), rateRatio });
  }
  return quotes;
}

function launchQuote(product: Product): Quote {
  return { day: LAUNCH_DAY, price: 1, rateRatio: product.baseRateRatio };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sum of three uniforms, centred and scaled to unit variance: bounded at ±3, so no quote is ever absurd. */
function roughlyNormal(random: () => number): number {
  return 2 * (random() + random() + random() - 1.5);
}

function roundPrice(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
