import { DAY_MS, type Day } from './day.js';
import { CURRENCY } from './money.js';

export interface Formats {
  amount(value: number): string;
  /** Without cents, for round limits. */
  wholeAmount(value: number): string;
  /** With an explicit sign, for gains and losses. */
  change(value: number): string;
  /** Four decimals, as fund prices are published. */
  price(value: number): string;
  shares(value: number): string;
  /** "2.45%" from 0.0245. */
  rate(ratio: number): string;
  wholePercent(ratio: number): string;
  /** "Mon, 12 May". */
  day(value: Day): string;
  /** "12 May". */
  shortDay(value: Day): string;
}

/** All formatting in one place; `Intl` objects are costly to make, so they are made once. */
export function createFormats(): Formats {
  const money = { style: 'currency', currency: CURRENCY, currencyDisplay: 'narrowSymbol' } as const;
  const amount = new Intl.NumberFormat('en', money);
  const wholeAmount = new Intl.NumberFormat('en', { ...money, maximumFractionDigits: 0 });
  const change = new Intl.NumberFormat('en', { ...money, signDisplay: 'exceptZero' });
  const price = new Intl.NumberFormat('en', { ...money, minimumFractionDigits: 4 });
  const shares = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
  const rate = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 2 });
  const wholePercent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });
  const shortDay = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
  return {
    amount: (value) => amount.format(value),
    wholeAmount: (value) => wholeAmount.format(value),
    change: (value) => change.format(value),
    price: (value) => price.format(value),
    shares: (value) => shares.format(value),
    rate: (ratio) => rate.format(ratio),
    wholePercent: (ratio) => wholePercent.format(ratio),
    day: (value) => day.format(value * DAY_MS),
    shortDay: (value) => shortDay.format(value * DAY_MS),
  };
}
