import { createHybridTransport, frame, type HybridTransport, miniProgram } from '@tidemark/sdk-hybrid-bridge';
import { type Client, init, transitions } from '@tidemark/sdk-web';
import { createShopAnalytics, describeView } from './analytics.js';
import { createClock } from './clock.js';
import { APP_ID, loadConfig, RELEASE } from './config.js';
import { signedInCustomer } from './customer.js';
import { h } from './dom.js';
import { createFormats } from './format.js';
import { formatOrderId } from './order-id.js';
import { createRouter } from './router.js';
import { createScreen } from './screen.js';
import type { Shop } from './shop.js';
import { createOrderStore, openKeyValueStore } from './storage.js';
import { createStatusChip } from './ui/status-chip.js';
import { createTabBar } from './ui/tab-bar.js';
import { createViewFor } from './views/view-for.js';

/** Sooner than the SDK's default, so that somebody who watches the console sees what they just did. */
const FLUSH_INTERVAL_MS = 1_000;

declare global {
  interface Window {
    /**
     * The SDK client, for browser tests: they flush it and read its health instead of guessing how long to wait.
     * Nothing in the shop reads it back.
     */
    shopAnalytics?: Client;
    /** The bridge to the app around the shop, where there is one; likewise. */
    shopBridge?: HybridTransport;
  }
}

async function start(): Promise<void> {
  const config = await loadConfig(
    new URLSearchParams(location.search),
    openKeyValueStore(() => sessionStorage),
  );
  // Inside an app the events go to the app, which has the visitor and the session; in a browser nothing changes.
  const bridge = createHybridTransport(parent === window ? {} : { messenger: frame(location.origin) });
  // Before the first screen: the SDK counts that page view by itself, and every later one when the address changes.
  const client =
    config &&
    init({
      ...config,
      appId: APP_ID,
      release: RELEASE,
      surface: 'h5',
      flushIntervalMs: FLUSH_INTERVAL_MS,
      describeView,
      features: [bridge, miniProgram(), transitions()],
    });
  if (client) Object.assign(window, { shopAnalytics: client, shopBridge: bridge });

  const store = openKeyValueStore(() => localStorage);
  const randomBytes = () => crypto.getRandomValues(new Uint8Array(8));
  // Who is signed in to an app around the shop, the app knows.
  if (parent === window) client?.identify(signedInCustomer(store, randomBytes));
  const analytics = createShopAnalytics(client);
  const shop: Shop = {
    analytics,
    orders: createOrderStore(store),
    clock: createClock(store, () => new Date()),
    formats: createFormats(),
    nextOrderId: (side) => formatOrderId(side, randomBytes()),
    go: (path) => router.go(path),
  };
  const tabBar = createTabBar();
  const screen = createScreen(tabBar);
  const viewFor = createViewFor(shop);
  const router = createRouter((route, query) => screen.show(viewFor(route, query)));

  const app = document.getElementById('app');
  app?.replaceChildren(
    screen.element,
    h('footer', { class: 'dock' }, createStatusChip(analytics.health), tabBar.element),
  );
  router.start();
}

void start();
