import type { Product } from '../catalog.js';
import { h } from '../dom.js';
import type { Holding } from '../portfolio.js';
import type { Shop } from '../shop.js';
import { factTable, gainFact } from '../ui/facts.js';

export interface ValuedHolding {
  readonly holding: Holding;
  readonly product: Product;
  readonly value: number;
  /** Value now minus what the shares cost. */
  readonly accrued: number;
}

export function holdingCard(shop: Shop, { holding, product, value, accrued }: ValuedHolding): HTMLElement {
  const { formats, clock } = shop;
  const sellable = clock.today() >= holding.sellableOn;
  return h(
    'article',
    { class: 'card stack-tight', 'data-test': `holding-${holding.orderId}` },
    h(
      'div',
      { class: 'holding-head' },
      h('h2', { class: 'product-name' }, product.name),
      h('strong', { class: 'holding-value' }, formats.amount(value)),
    ),
    factTable([
      { label: 'Shares', value: formats.shares(holding.shares), test: `shares-${holding.orderId}` },
      gainFact('Accrued', accrued, formats),
      { label: 'Bought', value: `${formats.day(holding.boughtOn)} at ${formats.price(holding.price)}` },
      { label: 'Sellable from', value: sellable ? 'now' : formats.day(holding.sellableOn) },
    ]),
    sellable
      ? h(
          'a',
          {
            class: 'button button-quiet',
            href: `/sell/${holding.orderId}`,
            'data-test': `sell-${holding.orderId}`,
            'aria-label': `Sell ${product.name}`,
          },
          'Sell',
        )
      : h(
          'button',
          { type: 'button', class: 'button button-quiet', disabled: true, 'data-test': `sell-${holding.orderId}` },
          'Not sellable yet',
        ),
  );
}
