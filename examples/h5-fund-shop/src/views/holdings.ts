import { findProduct } from '../catalog.js';
import { h } from '../dom.js';
import { quoteOn } from '../market.js';
import { amountOf } from '../money.js';
import { holdingsOf } from '../portfolio.js';
import type { Shop, View } from '../shop.js';
import { factTable, gainFact } from '../ui/facts.js';
import { largeHeader } from '../ui/header.js';
import { dayCard } from './day-card.js';
import { holdingCard, type ValuedHolding } from './holding-card.js';
import { salesList } from './sales-list.js';

/** What the customer owns, worth today. */
export function holdingsView(shop: Shop): View {
  const content = h('div', { class: 'stack' });
  show();

  function show(): void {
    const holdings = valueHoldings(shop);
    content.replaceChildren(
      ...(holdings.length === 0 ? [emptyState()] : [totals(shop, holdings), ...cards(shop, holdings)]),
      ...salesList(shop),
      dayCard(shop, show),
    );
  }
  return {
    title: 'Holdings',
    tab: 'holdings',
    element: h('div', { class: 'page' }, largeHeader('Holdings', 'What you own, at today’s price.'), content),
  };
}

function valueHoldings(shop: Shop): readonly ValuedHolding[] {
  const today = shop.clock.today();
  return holdingsOf(shop.orders.all()).flatMap((holding) => {
    const product = findProduct(holding.productId);
    if (!product) return []; // a product that has left the shelf since
    const value = amountOf(holding.shares, quoteOn(product, today).price);
    return [{ holding, product, value, accrued: value - amountOf(holding.shares, holding.price) }];
  });
}

function totals(shop: Shop, holdings: readonly ValuedHolding[]): HTMLElement {
  const value = holdings.reduce((sum, item) => sum + item.value, 0);
  const accrued = holdings.reduce((sum, item) => sum + item.accrued, 0);
  return h(
    'section',
    { class: 'card card-ink', 'aria-label': 'Total' },
    h('p', { class: 'caption' }, 'Total value'),
    h('p', { class: 'hero-figure', 'data-test': 'total-value' }, shop.formats.amount(value)),
    factTable([{ ...gainFact('Accrued', accrued, shop.formats), test: 'total-accrued' }]),
  );
}

function cards(shop: Shop, holdings: readonly ValuedHolding[]): readonly HTMLElement[] {
  return holdings.map((item) => holdingCard(shop, item));
}

function emptyState(): HTMLElement {
  return h(
    'section',
    { class: 'card empty', 'data-test': 'no-holdings' },
    h('p', { class: 'lead' }, 'Nothing here yet. Subscribe to a fund and watch it accrue.'),
    h('a', { class: 'button', href: '/', 'data-test': 'browse' }, 'Browse products'),
  );
}
