import { findProduct } from '../catalog.js';
import { holdingsOf } from '../portfolio.js';
import type { Route } from '../router.js';
import type { Shop, View } from '../shop.js';
import { holdingsView } from './holdings.js';
import { notFoundView } from './not-found.js';
import { productDetail } from './product-detail.js';
import { createProductList } from './product-list.js';
import { sellView } from './sell.js';
import { subscribeView } from './subscribe.js';

/** From an address to the screen that shows it. */
export function createViewFor(shop: Shop): (route: Route, query: URLSearchParams) => View {
  const productList = createProductList(shop);

  return (route, query) => {
    switch (route.kind) {
      case 'products':
        return productList();
      case 'holdings':
        return holdingsView(shop);
      case 'product': {
        const product = findProduct(route.productId);
        return product ? productDetail(shop, product) : notFoundView();
      }
      case 'subscribe': {
        const product = findProduct(route.productId);
        return product ? subscribeView(shop, product, query) : notFoundView();
      }
      case 'sell': {
        const holding = holdingsOf(shop.orders.all()).find((candidate) => candidate.orderId === route.orderId);
        const product = holding && findProduct(holding.productId);
        return holding && product ? sellView(shop, holding, product) : notFoundView();
      }
      case 'not-found':
        return notFoundView();
    }
  };
}
