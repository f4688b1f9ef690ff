import { findProduct } from '../catalog.js';
import { h } from '../dom.js';
import { amountOf } from '../money.js';
import type { Shop } from '../shop.js';

/** Sales placed so far, newest first; nothing at all before the first one. */
export function salesList(shop: Shop): readonly HTMLElement[] {
  const { formats, orders } = shop;
  const sales = orders.all().filter((order) => order.side === 'sell');
  if (sales.length === 0) return [];
  const rows = [...sales]
    .reverse()
    .map((sale) =>
      h(
        'li',
        { class: 'sale' },
        h('span', {}, findProduct(sale.productId)?.name ?? sale.productId),
        h('strong', {}, formats.amount(amountOf(sale.shares, sale.price))),
        h('span', { class: 'caption' }, `${formats.shares(sale.shares)} shares at ${formats.price(sale.price)}`),
        h('span', { class: 'caption' }, formats.shortDay(sale.day)),
      ),
    );
  return [
    h(
      'section',
      { class: 'card', 'aria-label': 'Sales' },
      h('h2', { class: 'section-title' }, 'Sold'),
      h('ul', { 'data-test': 'sales' }, ...rows),
    ),
  ];
}
