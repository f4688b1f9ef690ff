import { LOT_SHARES, type Product } from '../catalog.js';
import { sellableDay } from '../day.js';
import { h } from '../dom.js';
import { watchExposure } from '../exposure.js';
import { quoteOn } from '../market.js';
import { amountOf, minimumShares } from '../money.js';
import { type Order, type OrderOutcome, placeSubscription, remainingShares } from '../portfolio.js';
import type { Shop, View } from '../shop.js';
import { confirmOrder } from '../trade.js';
import { backHeader } from '../ui/header.js';
import { orderReceipt } from '../ui/order-receipt.js';
import { orderForm } from './order-form.js';
import { subscriptionDates } from './subscription-dates.js';

/** Asks how many shares and places the order. `?shares=` carries over what was chosen on the product screen. */
export function subscribeView(shop: Shop, product: Product, query: URLSearchParams): View {
  const { formats, clock } = shop;
  const today = clock.today();
  const { price } = quoteOn(product, today);
  const min = minimumShares(product.minAmount, price, LOT_SHARES);
  const remaining = remainingShares(product, shop.orders.all());
  const body = h('div', {}, form());
  let stopWatching = (): void => undefined;

  function form(): HTMLElement {
    return orderForm(shop, {
      side: 'subscribe',
      initialShares: Number(query.get('shares')) || min,
      step: LOT_SHARES,
      min,
      max: remaining,
      price,
      quickPicks: [1, 2, 5, 10]
        .map((times) => min * times)
        .filter((shares) => shares <= remaining)
        .map((shares) => ({ label: formats.shares(shares), shares })),
      hint: `From ${formats.shares(min)} shares. ${formats.shares(remaining)} left.`,
      facts: () => subscriptionDates(today, product, formats),
      confirm,
    });
  }
  function confirm(shares: number): OrderOutcome {
    const order: Order = {
      orderId: shop.nextOrderId('subscribe'),
      productId: product.id,
      side: 'subscribe',
      shares,
      price,
      day: today,
    };
    const outcome = confirmOrder(shop, order, (orders) => placeSubscription(orders, order, product));
    if (outcome.kind === 'placed') showReceipt(order);
    return outcome;
  }
  function showReceipt({ orderId, shares }: Order): void {
    const receipt = orderReceipt('Subscription placed', orderId, [
      { label: 'Product', value: product.name },
      { label: 'Shares', value: formats.shares(shares) },
      { label: 'Amount', value: formats.amount(amountOf(shares, price)), tone: 'strong' },
      { label: 'Sellable from', value: formats.day(sellableDay(today)) },
    ]);
    body.replaceChildren(receipt);
    receipt.querySelector('h2')?.focus();
    stopWatching = watchExposure([{ element: receipt }], (_, visibleRatio, visibleMs) =>
      shop.analytics.moduleSeen('order-receipt', visibleRatio, visibleMs),
    );
  }
  return {
    title: `Subscribe to ${product.name}`,
    tab: 'products',
    element: h(
      'div',
      { class: 'page' },
      backHeader('Subscribe', product.name, `/product/${product.id}`, `Back to ${product.name}`),
      body,
    ),
    dispose: () => stopWatching(),
  };
}
