import type { App } from '../app.js';
import { TEASERS } from '../catalog.js';
import { h } from '../dom.js';
import { iconOf } from '../ui/icons.js';
import { row } from '../ui/row.js';

export function homeScreen({ navigation, host, account }: App): HTMLElement {
  const [featured] = TEASERS.slice(1);
  const user = account.user();
  function open(path: string): void {
    host.track('fund_opened', { path });
    navigation.pushPage(path);
  }
  return h(
    'div',
    { class: 'native' },
    h(
      'header',
      { class: 'native-head' },
      h('p', { class: 'brand' }, iconOf('wave'), 'Quay bank'),
      h('h1', { class: 'native-title', tabindex: -1 }, user === undefined ? 'Good day' : 'Good day, Mei'),
    ),
    h(
      'section',
      { class: 'balance', 'aria-label': 'Balance' },
      h('p', { class: 'caption' }, 'Current account'),
      h('p', { class: 'figure' }, '¥ 48,210.55'),
      h('p', { class: 'caption' }, 'Drawn by the app: no web page here'),
    ),
    featured &&
      h(
        'section',
        { class: 'card-plain', 'aria-label': 'Featured' },
        h('p', { class: 'caption' }, 'Fund of the week'),
        h('h2', {}, featured.name),
        h('p', { class: 'soft' }, featured.line),
        h(
          'button',
          {
            type: 'button',
            class: 'button',
            'data-test': 'open-featured',
            onclick: () => open(`/product/${featured.id}`),
          },
          'Open in the fund shop',
        ),
      ),
    h(
      'div',
      { class: 'list' },
      row('open-shop', 'All funds', 'The shop’s first page', () => open('/'), 'funds'),
      row(
        'open-link',
        'A message',
        'Ebb 7 is open again',
        () => navigation.pushPage('/product/P7', 'deep_link'),
        'bell',
      ),
    ),
  );
}
