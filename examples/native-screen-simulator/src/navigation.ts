import type { TransitionWay } from '@tidemark/protocol';
import type { Host } from '@tidemark/sdk-hybrid-bridge/native';
import type { WebView } from './web-view.js';

export type TabName = 'home' | 'funds' | 'account';
export type ScreenName = TabName | 'settings' | 'fund';

/** One screen on the stack. */
export interface Entry {
  readonly name: ScreenName;
  readonly title: string;
  /** Of the screen that shows a page. */
  webView?: WebView;
}

/** Which native screens lie on one another. The host is told of each change: that is all the tracking that screens need. */
export interface Navigation {
  top(): Entry;
  canGoBack(): boolean;
  /** Empties the stack, as a tab bar does. */
  openTab(name: TabName): void;
  push(name: ScreenName, way?: TransitionWay): void;
  /** Shows a page of the shop on a screen of its own. */
  pushPage(path: string, way?: TransitionWay): void;
  back(): void;
  /** Makes all WebViews anew at the addresses that they show, as when a system has ended their process. */
  reloadPages(): void;
}

const TITLES: Readonly<Record<ScreenName, string>> = {
  home: 'Home',
  funds: 'Funds',
  account: 'Account',
  settings: 'Settings',
  fund: 'Quay funds',
};

/**
 * @param openPage - makes a WebView; it is shown by `onChange`.
 * @param onChange - another entry is on top, or its WebView was made anew.
 */
export function createNavigation(
  host: Pick<Host, 'screen'>,
  openPage: (path: string) => WebView,
  onChange: (top: Entry) => void,
): Navigation {
  let stack: readonly Entry[] = [entryOf('home')];

  function entryOf(name: ScreenName): Entry {
    return { name, title: TITLES[name] };
  }

  function top(): Entry {
    return stack.at(-1) ?? entryOf('home');
  }

  function show(next: readonly Entry[], way: TransitionWay): void {
    const before = stack;
    stack = next;
    const { name, title, webView } = top();
    host.screen(name, { way, title, template: templateOf(name), ...(webView ? { showsPage: webView.channel } : {}) });
    for (const entry of before) {
      entry.webView?.setVisible(entry === top());
      if (!stack.includes(entry)) entry.webView?.close();
    }
    onChange(top());
  }

  show(stack, 'push');
  return {
    top,
    canGoBack: () => stack.length > 1,
    openTab(name) {
      if (stack.length > 1 || top().name !== name) show([entryOf(name)], 'tab');
    },
    push: (name, way = 'push') => show([...stack, entryOf(name)], way),
    pushPage: (path, way = 'push') => show([...stack, { ...entryOf('fund'), webView: openPage(path) }], way),
    back() {
      if (stack.length > 1) show(stack.slice(0, -1), 'back');
    },
    reloadPages() {
      const old = stack;
      if (!old.some(({ webView }) => webView)) return;
      const next = old.map((entry) => (entry.webView ? { ...entry, webView: openPage(entry.webView.path()) } : entry));
      for (const { webView } of old) webView?.close();
      stack = next;
      for (const entry of next) if (entry !== top()) entry.webView?.setVisible(false);
      if (top().webView) show(next, 'reload');
      else onChange(top());
    },
  };
}

function templateOf(name: ScreenName): string {
  return name === 'fund' ? 'web-view' : 'native';
}
