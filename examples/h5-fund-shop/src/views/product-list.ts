import { PRODUCTS, type Product } from '../catalog.js';
import { h } from '../dom.js';
import { watchExposure } from '../exposure.js';
import type { Shop, View } from '../shop.js';
import { largeHeader } from '../ui/header.js';
import { segments } from '../ui/segments.js';
import { productCard } from './product-card.js';
import { matchesTerm, TERM_FILTERS, type TermFilter } from './term-filter.js';

/** The first screen. The chosen filter outlives the screen, so that "back" returns to the same list. */
export function createProductList(shop: Shop): () => View {
  let filter: TermFilter = 'all';

  return () => {
    const list = h('ul', { class: 'stack', 'aria-label': 'Products' });
    const seen = new Set<Product>(); // once per screen, whatever is filtered in between
    let stopWatching = showProducts();

    function showProducts(): () => void {
      const shown = PRODUCTS.filter((product) => matchesTerm(product, filter));
      const cards = shown.map((product) => ({ product, element: productCard(shop, product) }));
      list.replaceChildren(...cards.map(({ element }) => h('li', {}, element)));
      const unseen = cards.filter(({ product }) => !seen.has(product));
      return watchExposure(unseen, ({ product }, visibleRatio, visibleMs) => {
        seen.add(product);
        shop.analytics.productSeen(product, visibleRatio, visibleMs);
      });
    }
    function choose(next: TermFilter): void {
      filter = next;
      shop.analytics.filterChosen(next);
      stopWatching();
      stopWatching = showProducts();
    }
    return {
      title: 'Products',
      tab: 'products',
      element: h(
        'div',
        { class: 'page' },
        largeHeader('Short-term funds', 'Sell from the next working day.'),
        segments('filter', 'Term', TERM_FILTERS, filter, choose),
        list,
        h('p', { class: 'small-print' }, 'Expected rates are not promised rates. A demo: no real money moves.'),
      ),
      dispose: () => stopWatching(),
    };
  };
}
