import { h } from '../dom.js';
import { type IconName, icon } from './icons.js';

export type Tab = 'products' | 'holdings';

export interface TabBar {
  readonly element: HTMLElement;
  light(tab: Tab): void;
}

export function createTabBar(): TabBar {
  const tabs: Readonly<Record<Tab, HTMLElement>> = {
    products: tabLink('products', '/', 'Products', 'products'),
    holdings: tabLink('holdings', '/holdings', 'Holdings', 'holdings'),
  };
  return {
    element: h('nav', { class: 'tab-bar', 'aria-label': 'Main' }, tabs.products, tabs.holdings),
    light(tab) {
      for (const [name, link] of Object.entries(tabs)) {
        if (name === tab) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
  };
}

function tabLink(tab: Tab, href: string, label: string, symbol: IconName): HTMLElement {
  return h('a', { class: 'tab', href, 'data-test': `tab-${tab}` }, icon(symbol), h('span', {}, label));
}
