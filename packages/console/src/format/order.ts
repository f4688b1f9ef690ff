import type { OrderSide } from '@tidemark/protocol';
import type { EventTone } from './event-type.js';
import { formatMeasure, wordsOfName } from './flag.js';

const SIDES = { subscribe: 'Subscription', sell: 'Sale' } as const satisfies Record<OrderSide, string>;
const TONES = { subscribe: 'business', sell: 'identity' } as const satisfies Record<OrderSide, EventTone>;

export function sideName(side: OrderSide): string {
  return SIDES[side];
}

/** The colour of a side's tag. */
export function sideTone(side: OrderSide): EventTone {
  return TONES[side];
}

/** Of an order that is as good as the average one in everything. */
export const NO_REASON = 'Nothing costs this order points against the average one.';

const price = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 6 });

/** `1.0563`: as many digits as it has. */
export function formatPrice(value: number): string {
  return price.format(value);
}

/** `71%`; `0.4%` and `99.6%` near the ends, where a whole number would say that it is certain. */
export function formatProbability(probability: number): string {
  const percent = 100 * probability;
  const isNearEnd = percent < 1 || percent > 99;
  return `${isNearEnd ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** `52% to 86%`. */
export function formatInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatProbability(low)} to ${formatProbability(high)}`;
}

/** What was known, as a line of a table: `Hours to cut off`, `3.25`; `not known` for what was not. */
export function formatFact(name: string, value: string | number | null): readonly [name: string, value: string] {
  const shown = value === null ? 'not known' : typeof value === 'number' ? formatKnown(value) : value;
  return [wordsOfName(name), shown];
}

/** A crowd fades for ever: below this nobody is left of it. */
const NOTHING_BELOW = 0.001;

function formatKnown(value: number): string {
  return Math.abs(value) < NOTHING_BELOW ? '0' : formatMeasure(value);
}
