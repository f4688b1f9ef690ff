import type { Client, Health, OrderFields } from '@tidemark/sdk-web';
import type { Product } from './catalog.js';
import { amountOf, CURRENCY } from './money.js';
import type { Order } from './portfolio.js';
import { matchRoute } from './router.js';

/** Everything the shop tells the SDK, in the shop's own words. Page views and dwell need no call: they are automatic. */
export interface ShopAnalytics {
  /** At least half of the product's card was on screen for a second. */
  productSeen(product: Product, visibleRatio: number, visibleMs: number): void;
  /** At least half of a part of a screen was there for a second: `rate-history`, `facts`, `order-receipt`. */
  moduleSeen(module: string, visibleRatio: number, visibleMs: number): void;
  productOpened(product: Product): void;
  filterChosen(term: string): void;
  formStarted(form: Order['side']): void;
  orderConfirmed(order: Order): void;
  orderPlaced(order: Order): void;
  orderRefused(order: Order): void;
  daySkipped(): void;
  /** Last known state of the SDK; undefined when analytics is off. */
  health(): Health | undefined;
}

/** One page a kind of screen and product, so that statistics are not spread over every order ever placed. */
export function describeView(path: string): { readonly page: string; readonly template: string } {
  const route = matchRoute(path);
  return { page: route.kind === 'sell' ? '/sell/:order' : path, template: route.kind };
}

/** The one file that calls the SDK. Without a client every call is a no-op, so that views never have to ask. */
export function createShopAnalytics(client: Client | undefined): ShopAnalytics {
  function order(
    phase: 'intent' | 'placed' | 'cancelled',
    { orderId, productId, side, shares, price }: Order,
    props?: OrderFields['props'],
  ): void {
    client?.order({ orderId, productId, side, phase, shares, price, currency: CURRENCY, ...(props && { props }) });
  }
  return {
    productSeen: (product, visibleRatio, visibleMs) =>
      client?.exposure(`product-${product.id}`, { visibleRatio, visibleMs }),
    moduleSeen: (module, visibleRatio, visibleMs) => client?.exposure(module, { visibleRatio, visibleMs }),
    productOpened: (product) => client?.click(`product-${product.id}`, { productId: product.id }),
    filterChosen: (term) => client?.track('filter', { term }),
    formStarted: (form) => client?.formStart(form),
    // Whoever reckons how likely it is filled wants to know what the form showed: here customers order at that very price.
    orderConfirmed: (confirmed) => order('intent', confirmed, { reference: confirmed.price }),
    orderPlaced(placed) {
      order('placed', placed);
      client?.conversion(placed.side, { amount: amountOf(placed.shares, placed.price), currency: CURRENCY });
    },
    orderRefused: (refused) => order('cancelled', refused),
    daySkipped: () => client?.track('demo_day_skipped'),
    health: () => client?.health(),
  };
}
