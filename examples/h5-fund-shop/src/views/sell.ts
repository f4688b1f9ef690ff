import type { Product } from '../catalog.js';
import { h } from '../dom.js';
import { quoteOn } from '../market.js';
import { amountOf } from '../money.js';
import { type Holding, type Order, type OrderOutcome, placeSale } from '../portfolio.js';
import type { Shop, View } from '../shop.js';
import { confirmOrder } from '../trade.js';
import { type Fact, gainFact } from '../ui/facts.js';
import { backHeader } from '../ui/header.js';
import { orderReceipt } from '../ui/order-receipt.js';
import { orderForm } from './order-form.js';

/** Sells part or all of one holding at today's price. */
export function sellView(shop: Shop, holding: Holding, product: Product): View {
  const { formats, clock } = shop;
  const today = clock.today();
  const { price } = quoteOn(product, today);
  const body = h('div', {}, today < holding.sellableOn ? notYet() : form());

  function notYet(): HTMLElement {
    return h(
      'section',
      { class: 'card', 'data-test': 'not-sellable' },
      h(
        'p',
        { class: 'lead' },
        `These shares can be sold from ${formats.day(holding.sellableOn)}, the working day after the purchase.`,
      ),
    );
  }
  function form(): HTMLElement {
    const part = (ratio: number) => Math.max(1, Math.round(holding.shares * ratio));
    return orderForm(shop, {
      side: 'sell',
      initialShares: holding.shares,
      step: 1,
      min: 1,
      max: holding.shares,
      price,
      quickPicks: [
        { label: '25%', shares: part(0.25) },
        { label: '50%', shares: part(0.5) },
        { label: '75%', shares: part(0.75) },
        { label: 'All', shares: holding.shares },
      ],
      hint: `You hold ${formats.shares(holding.shares)} shares, bought at ${formats.price(holding.price)}.`,
      facts,
      confirm,
    });
  }
  function facts(shares: number): readonly Fact[] {
    return [
      gainFact('Gain', amountOf(shares, price) - amountOf(shares, holding.price), formats),
      { label: 'Left after the sale', value: formats.shares(Math.max(0, holding.shares - shares)), test: 'left' },
    ];
  }
  function confirm(shares: number): OrderOutcome {
    const order: Order = {
      orderId: shop.nextOrderId('sell'),
      productId: holding.productId,
      side: 'sell',
      shares,
      price,
      day: today,
      soldFrom: holding.orderId,
    };
    const outcome = confirmOrder(shop, order, (orders) => placeSale(orders, order));
    if (outcome.kind === 'placed') showReceipt(order);
    return outcome;
  }
  function showReceipt({ orderId, shares }: Order): void {
    const receipt = orderReceipt('Sale placed', orderId, [
      { label: 'Product', value: product.name },
      { label: 'Shares', value: formats.shares(shares) },
      { label: 'Amount', value: formats.amount(amountOf(shares, price)), tone: 'strong' },
      ...facts(shares),
    ]);
    body.replaceChildren(receipt);
    receipt.querySelector('h2')?.focus();
  }
  return {
    title: `Sell ${product.name}`,
    tab: 'holdings',
    element: h('div', { class: 'page' }, backHeader('Sell', product.name, '/holdings', 'Back to holdings'), body),
  };
}
