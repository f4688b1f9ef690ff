import type { App } from '../app.js';
import { TEASERS } from '../catalog.js';
import { h } from '../dom.js';
import { row } from '../ui/row.js';

export function fundsScreen({ navigation, host }: App): HTMLElement {
  return h(
    'div',
    { class: 'native' },
    h('header', { class: 'native-head' }, h('h1', { class: 'native-title', tabindex: -1 }, 'Funds')),
    h('p', { class: 'soft' }, 'A list of the app’s own. Each line opens the page of that fund.'),
    h(
      'div',
      { class: 'list' },
      ...TEASERS.map(({ id, name, line }) =>
        row(`open-${id}`, name, line, () => {
          host.track('fund_opened', { path: `/product/${id}` });
          navigation.pushPage(`/product/${id}`);
        }),
      ),
    ),
  );
}
