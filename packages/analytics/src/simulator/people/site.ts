import type { Surface } from '@tidemark/protocol';

/** A kind of page and what is on it. */
export interface Template {
  readonly name: TemplateName;
  readonly title: string;
  readonly modules: readonly string[];
  /** Median time spent, milliseconds. */
  readonly dwellMs: number;
  /** Where one goes next, and how often; the rest leaves. */
  readonly next: Readonly<Partial<Record<TemplateName | 'leave', number>>>;
  readonly h5: string;
  readonly native: string;
}

export type TemplateName =
  | 'home'
  | 'list'
  | 'product'
  | 'order'
  | 'result'
  | 'account'
  | 'news'
  | 'help'
  | 'login'
  | 'campaign';

/** The app as it is on both surfaces: the same kinds of pages under other names. */
export const SITE: Readonly<Record<TemplateName, Template>> = {
  home: {
    name: 'home',
    title: 'Home',
    modules: ['banner', 'hot_products', 'rate_ticker'],
    dwellMs: 9_000,
    next: { list: 4, product: 3, account: 2, news: 1.5, help: 0.2, campaign: 2, leave: 2 },
    h5: '/',
    native: 'home',
  },
  list: {
    name: 'list',
    title: 'Products',
    modules: ['filters', 'product_cards'],
    dwellMs: 11_000,
    next: { product: 6, home: 1, list: 0.5, leave: 2 },
    h5: '/products',
    native: 'product_list',
  },
  product: {
    name: 'product',
    title: 'Product',
    modules: ['yield_chart', 'holding_rules', 'comments'],
    dwellMs: 24_000,
    next: { product: 2, list: 2, account: 0.7, news: 0.5, leave: 2.5 },
    h5: '/product',
    native: 'product',
  },
  order: {
    name: 'order',
    title: 'Order',
    modules: ['amount_form', 'risk_notice'],
    dwellMs: 15_000,
    next: { product: 1, leave: 1 },
    h5: '/order',
    native: 'order',
  },
  result: {
    name: 'result',
    title: 'Order received',
    modules: ['next_steps'],
    dwellMs: 5_000,
    next: { account: 2, home: 1, leave: 3 },
    h5: '/order/received',
    native: 'order_result',
  },
  account: {
    name: 'account',
    title: 'Account',
    modules: ['balance', 'holdings', 'open_orders'],
    dwellMs: 13_000,
    next: { product: 2, home: 1, help: 0.2, leave: 3 },
    h5: '/account',
    native: 'account',
  },
  news: {
    name: 'news',
    title: 'News',
    modules: ['article', 'related'],
    dwellMs: 38_000,
    next: { news: 1, home: 1, product: 1, leave: 2 },
    h5: '/news',
    native: 'news',
  },
  help: {
    name: 'help',
    title: 'Help',
    modules: ['questions'],
    dwellMs: 20_000,
    next: { home: 1, account: 1, leave: 1.5 },
    h5: '/help',
    native: 'help',
  },
  login: {
    name: 'login',
    title: 'Sign in',
    modules: ['sign_in_form'],
    dwellMs: 7_000,
    next: { home: 1, account: 1 },
    h5: '/login',
    native: 'login',
  },
  campaign: {
    name: 'campaign',
    title: 'Campaign',
    modules: ['offer'],
    dwellMs: 12_000,
    next: { product: 2, home: 1, leave: 2 },
    h5: '/campaign',
    native: 'campaign',
  },
};

/** @param item - of a product or an article, which has a page of its own in H5 and shares a screen in the app. */
export function pageOf(template: Template, surface: Surface, item?: string): string {
  const page = template[surface];
  return surface === 'h5' && item !== undefined ? `${page}/${item}` : page;
}
