import { h } from '../dom.js';
import { type Fact, factTable } from './facts.js';
import { icon } from './icons.js';

/** Takes the place of the form once the order is placed. */
export function orderReceipt(title: string, orderId: string, rows: readonly Fact[]): HTMLElement {
  return h(
    'section',
    { class: 'stack receipt', 'data-test': 'order-success' },
    h('span', { class: 'receipt-mark' }, icon('check')),
    h('h2', { class: 'receipt-title', tabindex: -1 }, title),
    h('p', { class: 'caption' }, 'Order number'),
    h('p', { class: 'order-number', 'data-test': 'order-number' }, orderId),
    h('div', { class: 'card' }, factTable(rows)),
    h('a', { class: 'button button-wide', href: '/holdings', 'data-test': 'view-holdings' }, 'View holdings'),
    h('a', { class: 'button button-quiet button-wide', href: '/', 'data-test': 'more-products' }, 'Back to products'),
  );
}
