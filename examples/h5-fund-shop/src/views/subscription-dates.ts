import type { Product } from '../catalog.js';
import { type Day, sellableDay } from '../day.js';
import type { Formats } from '../format.js';
import type { Fact } from '../ui/facts.js';

/** When a subscription made today can be sold, and when its term ends. */
export function subscriptionDates(today: Day, product: Product, formats: Formats): readonly Fact[] {
  return [
    { label: 'Sellable from', value: `${formats.day(sellableDay(today))} (T+1)`, test: 'sellable-from' },
    { label: 'Term ends', value: formats.day(today + product.termDays) },
  ];
}
