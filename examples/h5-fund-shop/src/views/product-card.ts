import { type Product, RISK_NAMES } from '../catalog.js';
import { sparkline } from '../charts.js';
import { h } from '../dom.js';
import { quoteHistory, quoteOn } from '../market.js';
import { remainingShares } from '../portfolio.js';
import type { Shop } from '../shop.js';
import { remainingBar } from '../ui/remaining-bar.js';

const SPARKLINE_DAYS = 45;

/** One product on the list: the whole card is the link. */
export function productCard(shop: Shop, product: Product): HTMLElement {
  const { formats, clock, orders, analytics } = shop;
  const today = clock.today();
  const rates = quoteHistory(product, today, SPARKLINE_DAYS).map((quote) => quote.rateRatio);
  return h(
    'a',
    {
      class: 'card product-card',
      href: `/product/${product.id}`,
      'data-test': `product-${product.id}`,
      onclick: () => analytics.productOpened(product),
    },
    h(
      'div',
      { class: 'product-card-head' },
      h('h2', { class: 'product-name' }, product.name),
      h('span', { class: `risk risk-${product.risk}` }, `${product.risk} ${RISK_NAMES[product.risk]}`),
    ),
    h(
      'div',
      { class: 'product-card-body' },
      h(
        'p',
        { class: 'rate' },
        h('strong', {}, formats.rate(quoteOn(product, today).rateRatio)),
        h('span', { class: 'caption' }, 'expected a year'),
      ),
      h(
        'p',
        { class: 'term' },
        h('strong', {}, `${product.termDays} days`),
        h('span', { class: 'caption' }, `from ${formats.wholeAmount(product.minAmount)}`),
      ),
      sparkline(rates),
    ),
    remainingBar(remainingShares(product, orders.all()), product.totalShares, formats),
  );
}
