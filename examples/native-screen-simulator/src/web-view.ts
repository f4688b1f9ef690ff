import type { Host, PageChannel } from '@tidemark/sdk-hybrid-bridge/native';
import { askIdentity, withIdentity } from './ask-identity.js';
import type { PageEnd } from './containers/container.js';
import { CONTAINERS } from './containers/containers.js';
import { h } from './dom.js';
import type { Journey } from './journey.js';
import { createLine } from './line.js';
import type { SettingsStore } from './settings.js';
import { watchRequests } from './watch-requests.js';

/** A page within the app, in a frame of this one, with the bridge that its container gives it. */
export interface WebView {
  readonly element: HTMLIFrameElement;
  /** What the host knows the page by. */
  readonly channel: PageChannel;
  /** Goes to its first address. Its element must stand in the document. */
  load(): void;
  /** The address it shows now. */
  path(): string;
  /** As a system tells its WebViews: a page that is covered is hidden. */
  setVisible(visible: boolean): void;
  close(): void;
}

export interface WebViewOptions {
  readonly path: string;
  readonly host: Host;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly journey: Pick<Journey, 'sent'>;
  readonly random: () => number;
  /** The shell's clock. */
  readonly wallMs: () => number;
}

const LATE_MS = 3_000;
/** What a page says as it goes is still heard. */
const CLOSE_AFTER_MS = 1_500;

export function openWebView({ path, host, settings, journey, random, wallMs }: WebViewOptions): WebView {
  // A WebView tells its page no referrer, and a frame should not either.
  const element = h('iframe', { class: 'web-view', title: 'Fund shop', referrerpolicy: 'no-referrer' });
  const line = createLine(settings, random);
  const container = CONTAINERS[settings.read().container];
  let pageEnd: PageEnd | undefined;
  let visible = true;
  let closed = false;

  const channel = host.connect({ send: (text) => line.toPage(() => pageEnd?.say(text)) });

  /** Puts into a new window what a WebView would have put there, before the first script of the page. */
  function prepare(): void {
    const page = element.contentWindow;
    if (!page || closed) return;
    pageEnd?.close?.();
    pageEnd = undefined;
    const isFrame = settings.read().container === 'frame';
    // In an app nothing is around the page; `parent` may be replaced, and says so then.
    if (!isFrame) Object.assign(page, { parent: page });
    Object.assign(page, { fetch: watchRequests(page.fetch.bind(page), (batch) => journey.sent(batch, 'page')) });
    if (settings.read().late) setTimeout(() => attach(page), LATE_MS);
    else attach(page);
    page.addEventListener('pagehide', () => setTimeout(prepare), { once: true });
    applyVisibility();
  }

  function attach(page: Window): void {
    if (closed || page !== element.contentWindow) return;
    pageEnd = container.install(page, {
      hear: (text, origin) => line.toHost(() => channel.receive(text, origin)),
    });
  }

  /** A frame that is not displayed counts as visible in a browser, so its document is told. */
  function applyVisibility(): void {
    const page = element.contentDocument;
    if (!page) return;
    const state: DocumentVisibilityState = visible ? 'visible' : 'hidden';
    if (page.visibilityState === state) return;
    Object.defineProperty(page, 'visibilityState', { configurable: true, value: state });
    Object.defineProperty(page, 'hidden', { configurable: true, value: !visible });
    page.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }

  return {
    element,
    channel,
    load() {
      // The empty page goes as the first one comes: the window is new then, and none of its scripts has run.
      element.contentWindow?.addEventListener('pagehide', () => setTimeout(prepare), { once: true });
      const isMuted = settings.read().container === 'mini_program';
      element.src = isMuted ? withIdentity(path, askIdentity(host, wallMs())) : path;
    },
    path: () => {
      const { pathname, search } = element.contentWindow?.location ?? { pathname: path, search: '' };
      return pathname.startsWith('/') ? pathname + search : path; // the empty page has none
    },
    setVisible(next) {
      visible = next;
      applyVisibility();
    },
    close() {
      element.remove(); // the page hears `pagehide` and hands over what it has
      closed = true;
      setTimeout(() => {
        pageEnd?.close?.();
        channel.close();
      }, CLOSE_AFTER_MS);
    },
  };
}
