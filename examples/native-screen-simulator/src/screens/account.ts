import type { App } from '../app.js';
import { h } from '../dom.js';
import { row } from '../ui/row.js';

/** @param redraw - what it says has changed. */
export function accountScreen({ account, navigation }: App, redraw: () => void): HTMLElement {
  const user = account.user();
  function toggle(): void {
    if (user === undefined) account.signIn();
    else account.signOut();
    redraw();
  }
  return h(
    'div',
    { class: 'native' },
    h(
      'header',
      { class: 'native-head' },
      h('h1', { class: 'native-title', tabindex: -1 }, user === undefined ? 'Not signed in' : 'Mei Lin'),
      h('p', { class: 'soft' }, user === undefined ? 'A visitor without a name' : `User ${user}`),
    ),
    h(
      'div',
      { class: 'list' },
      row('open-holdings', 'My funds', 'A page of the shop', () => navigation.pushPage('/holdings'), 'funds'),
      row('open-settings', 'Settings', 'What may be recorded', () => navigation.push('settings'), 'gear'),
    ),
    h(
      'button',
      { type: 'button', class: 'button button-quiet', 'data-test': 'sign-in', onclick: toggle },
      user === undefined ? 'Sign in as Mei' : 'Sign out',
    ),
  );
}
