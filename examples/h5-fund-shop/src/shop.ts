import type { ShopAnalytics } from './analytics.js';
import type { Clock } from './clock.js';
import type { Formats } from './format.js';
import type { Order } from './portfolio.js';
import type { OrderStore } from './storage.js';

/** What every view is given. */
export interface Shop {
  readonly analytics: ShopAnalytics;
  readonly orders: OrderStore;
  readonly clock: Clock;
  readonly formats: Formats;
  nextOrderId(side: Order['side']): string;
  /** Shows another address. */
  go(path: string): void;
}

/** One screen. */
export interface View {
  /** For the document title. */
  readonly title: string;
  readonly element: HTMLElement;
  /** Which tab is lit while the screen shows. */
  readonly tab: 'products' | 'holdings';
  /** Called when another screen takes its place. */
  dispose?(): void;
}
