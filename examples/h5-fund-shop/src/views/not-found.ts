import { h } from '../dom.js';
import type { View } from '../shop.js';
import { backHeader } from '../ui/header.js';

export function notFoundView(): View {
  return {
    title: 'Not found',
    tab: 'products',
    element: h(
      'div',
      { class: 'page' },
      backHeader('Not found', '', '/', 'Back to products'),
      h(
        'section',
        { class: 'card empty', 'data-test': 'not-found' },
        h('p', { class: 'lead' }, 'There is no product or holding at this address.'),
        h('a', { class: 'button', href: '/', 'data-test': 'browse' }, 'Browse products'),
      ),
    ),
  };
}
