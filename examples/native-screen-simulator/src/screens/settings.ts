import type { App } from '../app.js';
import { h } from '../dom.js';
import { switchField } from '../ui/switch-field.js';

export function settingsScreen({ account }: App): HTMLElement {
  return h(
    'div',
    { class: 'native' },
    h('header', { class: 'native-head' }, h('h1', { class: 'native-title', tabindex: -1 }, 'Settings')),
    h(
      'div',
      { class: 'list list-padded' },
      switchField({
        name: 'analytics',
        label: 'Allow analytics',
        note: 'Denied: what waits is deleted, here and in the pages, and nothing more is recorded.',
        isOn: account.allowsAnalytics(),
        onChange: account.allowAnalytics,
      }),
    ),
  );
}
