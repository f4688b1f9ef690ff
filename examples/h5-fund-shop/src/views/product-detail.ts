import { LOT_SHARES, type Product, RISK_NAMES } from '../catalog.js';
import { h } from '../dom.js';
import { watchExposure } from '../exposure.js';
import { quoteHistory, quoteOn } from '../market.js';
import { amountOf, minimumShares } from '../money.js';
import { remainingShares } from '../portfolio.js';
import type { Shop, View } from '../shop.js';
import { factTable } from '../ui/facts.js';
import { backHeader } from '../ui/header.js';
import { rateChart } from '../ui/rate-chart.js';
import { remainingBar } from '../ui/remaining-bar.js';
import { type Segment, segments } from '../ui/segments.js';
import { createSharesStepper } from '../ui/shares-stepper.js';
import { subscriptionDates } from './subscription-dates.js';

type Range = '30' | '90' | '365';
const RANGES: readonly Segment<Range>[] = [
  { key: '30', label: '1 month' },
  { key: '90', label: '3 months' },
  { key: '365', label: '1 year' },
];

export function productDetail(shop: Shop, product: Product): View {
  const { formats, clock, orders } = shop;
  const today = clock.today();
  const quote = quoteOn(product, today);
  const remaining = remainingShares(product, orders.all());
  const chart = h('div', {}, chartOf('90'));
  const history = h(
    'section',
    { class: 'card', 'aria-label': 'Rate history' },
    chart,
    segments('range', 'Chart range', RANGES, '90', (range) => chart.replaceChildren(chartOf(range))),
  );
  const facts = h(
    'section',
    { class: 'card', 'aria-label': 'Facts' },
    factTable([
      { label: 'Term', value: `${product.termDays} days` },
      { label: 'Risk class', value: `${product.risk} · ${RISK_NAMES[product.risk]}` },
      { label: 'Price per share', value: formats.price(quote.price), test: 'price' },
      { label: 'Minimum', value: formats.wholeAmount(product.minAmount) },
      ...subscriptionDates(today, product, formats),
      { label: 'Remaining shares', value: formats.shares(remaining), test: 'remaining' },
    ]),
    remainingBar(remaining, product.totalShares, formats),
  );
  const modules = [
    { name: 'rate-history', element: history },
    { name: 'facts', element: facts },
  ];

  function chartOf(range: Range): HTMLElement {
    return rateChart(quoteHistory(product, today, Number(range)), formats);
  }
  return {
    title: product.name,
    tab: 'products',
    element: h(
      'div',
      { class: 'page' },
      backHeader(product.name, '', '/', 'Back to products'),
      h(
        'section',
        { class: 'hero' },
        h('p', { class: 'hero-figure', 'data-test': 'rate' }, formats.rate(quote.rateRatio)),
        h('p', { class: 'caption' }, 'expected annual rate, not guaranteed'),
        h('p', { class: 'lead' }, product.summary),
      ),
      history,
      facts,
      actionBar(shop, product, quote.price, remaining),
    ),
    dispose: watchExposure(modules, ({ name }, ratio, ms) => shop.analytics.moduleSeen(name, ratio, ms)),
  };
}

/** Stays above the tab bar: how many shares, what they cost, and the way to the form. */
function actionBar(shop: Shop, product: Product, price: number, remaining: number): HTMLElement {
  const min = minimumShares(product.minAmount, price, LOT_SHARES);
  if (remaining < min) return h('div', { class: 'action-bar' }, h('p', { class: 'lead' }, 'Sold out for today.'));
  const amount = h('output', { class: 'action-amount', 'data-test': 'amount' });
  const stepper = createSharesStepper({ initial: min, step: LOT_SHARES, min, max: remaining, onChange: showAmount });
  showAmount(min);

  function showAmount(shares: number): void {
    amount.textContent = Number.isFinite(shares) ? shop.formats.amount(amountOf(shares, price)) : '–';
  }
  function subscribe(): void {
    const shares = Number.isFinite(stepper.shares()) ? stepper.shares() : min;
    shop.go(`/subscribe/${product.id}?shares=${shares}`);
  }
  return h(
    'div',
    { class: 'action-bar' },
    h('label', { class: 'visually-hidden', for: 'shares' }, 'Shares'),
    stepper.element,
    h(
      'button',
      { type: 'button', class: 'button', 'data-test': 'subscribe', onclick: subscribe },
      h('span', {}, 'Subscribe'),
      amount,
    ),
  );
}
