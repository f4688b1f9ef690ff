import type { App } from '../app.js';
import { h } from '../dom.js';
import type { Entry, ScreenName, TabName } from '../navigation.js';
import { accountScreen } from '../screens/account.js';
import { fundsScreen } from '../screens/funds.js';
import { homeScreen } from '../screens/home.js';
import { settingsScreen } from '../screens/settings.js';
import { iconOf } from './icons.js';

/** The telephone: a status bar, a bar with the way back, one screen, and the app's tabs. */
export interface Phone {
  readonly element: HTMLElement;
  /** Shows what lies on top now. */
  show(app: App, top: Entry): void;
}

const TABS: readonly { readonly name: TabName; readonly label: string }[] = [
  { name: 'home', label: 'Home' },
  { name: 'funds', label: 'Funds' },
  { name: 'account', label: 'Account' },
];
const CLOCK_EVERY_MS = 1_000;

/** @param wallMs - the shell's clock, shown in the status bar. */
export function createPhone(wallMs: () => number): Phone {
  const time = h('span', { 'data-test': 'phone-time' });
  const bar = h('header', { class: 'nav-bar' });
  const native = h('div', { class: 'native-screen', 'data-test': 'native-screen' });
  const screens = h('div', { class: 'screens' }, native);
  const tabs = h('nav', { class: 'tab-bar', 'aria-label': 'App' });
  const element = h(
    'section',
    { class: 'phone', id: 'phone', 'aria-label': 'Telephone' },
    h('div', { class: 'status-bar', 'aria-hidden': 'true' }, time, h('span', { class: 'status-marks' })),
    bar,
    screens,
    tabs,
    h('div', { class: 'home-indicator', 'aria-hidden': 'true' }),
  );
  let isFirst = true;

  function showTime(): void {
    const shown = new Date(wallMs());
    time.textContent = shown.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  }
  showTime();
  setInterval(showTime, CLOCK_EVERY_MS);

  function show(app: App, top: Entry): void {
    const { navigation } = app;
    const { name, title, webView } = top;
    const isRoot = !navigation.canGoBack();
    bar.hidden = isRoot;
    tabs.hidden = !isRoot;
    bar.replaceChildren(...(isRoot ? [] : navBar(app, title, name)));
    tabs.replaceChildren(...TABS.map((tab) => tabButton(app, tab.name, tab.label, name)));
    native.hidden = webView !== undefined;
    if (!webView) native.replaceChildren(screenOf(app, top, () => show(app, top)));
    for (const frame of screens.querySelectorAll('iframe')) frame.hidden = frame !== webView?.element;
    if (webView && !webView.element.isConnected) {
      screens.append(webView.element);
      webView.load();
    }
    // The page on top has the focus, as it has in an app. Of native screens the heading takes it, to be read out; not of
    // the first, which nobody asked for.
    if (webView) webView.element.focus();
    else if (!isFirst) native.querySelector('h1')?.focus({ preventScroll: true });
    isFirst = false;
    native.scrollTop = 0;
  }

  return { element, show };
}

function navBar({ navigation }: App, title: string, name: ScreenName): readonly HTMLElement[] {
  return [
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': 'Back',
        'data-test': 'native-back',
        onclick: navigation.back,
      },
      iconOf('back'),
    ),
    h('p', { class: 'nav-title' }, title),
    name === 'account' || name === 'settings'
      ? h('span')
      : h(
          'button',
          {
            type: 'button',
            class: 'icon-button',
            'aria-label': 'Account',
            'data-test': 'native-account',
            onclick: () => navigation.push('account'),
          },
          iconOf('account'),
        ),
  ];
}

function tabButton({ navigation }: App, name: TabName, label: string, shown: ScreenName): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'tab',
      'aria-current': name === shown ? 'page' : undefined,
      'data-test': `native-tab-${name}`,
      onclick: () => navigation.openTab(name),
    },
    iconOf(name),
    h('span', {}, label),
  );
}

function screenOf(app: App, { name }: Entry, redraw: () => void): HTMLElement {
  switch (name) {
    case 'home':
    case 'fund': // a frame shows it
      return homeScreen(app);
    case 'funds':
      return fundsScreen(app);
    case 'account':
      return accountScreen(app, redraw);
    case 'settings':
      return settingsScreen(app);
  }
}
