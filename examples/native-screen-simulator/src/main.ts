import { type Host, openHost } from '@tidemark/sdk-hybrid-bridge/native';
import { createAccount } from './app.js';
import { loadConfig } from './config.js';
import { h } from './dom.js';
import { createJourney } from './journey.js';
import { createNavigation, type Navigation } from './navigation.js';
import { createRandom } from './random.js';
import { createSettings } from './settings.js';
import { createPanel } from './ui/panel.js';
import { createPhone } from './ui/phone.js';
import { watchRequests } from './watch-requests.js';
import { createWebStorage } from './web-storage.js';
import { openWebView } from './web-view.js';

/** The shop's: a session is of one app, whatever draws its screens. */
const APP_ID = 'h5-fund-shop';
const RELEASE = '0.1.0';
/** Sooner than the host's default, so that the panel moves while somebody looks. */
const FLUSH_INTERVAL_MS = 1_000;
const RECORDS_SHOWN = 200;
/** A page that is loaded again may find the one before it still on its way out. */
const LOCK_WITHIN_MS = 1_500;

declare global {
  interface Window {
    /** The host, for browser tests: they flush it and read its health. Nothing here reads it back. */
    nativeHost?: Host;
  }
}

async function start(stage: HTMLElement): Promise<void> {
  const config = await loadConfig();
  if (!config) return notice(stage, 'There is no collector: run “npm start”, and open the address that it prints.');
  if (!(await isOnlyOne())) return notice(stage, 'The app runs in another tab already. A telephone runs it once.');

  const query = new URLSearchParams(location.search);
  const settings = createSettings(location.search, (text) => history.replaceState(null, '', `?${text}`));
  const random = createRandom(Number(query.get('seed')) || Date.now());
  const wallMs = () => Date.now() + settings.read().clockMinutes * 60_000;
  const journey = createJourney();
  const storage = createWebStorage(localStorage, journey.held);
  for (const { text } of await storage.read(0, RECORDS_SHOWN)) journey.held(text);
  const host = await openHost({
    ...config,
    appId: APP_ID,
    release: RELEASE,
    storage,
    origins: [location.origin],
    flushIntervalMs: FLUSH_INTERVAL_MS,
    wallMs,
    fetch: watchRequests(fetch, (batch) => journey.sent(batch, 'host')),
  });
  window.nativeHost = host;

  const phone = createPhone(wallMs);
  const account = createAccount(localStorage, host);
  const navigation: Navigation = createNavigation(
    host,
    (path) => openWebView({ path, host, settings, journey, random, wallMs }),
    // Later: the first screen is shown before there is a navigation to give to it.
    (top) => queueMicrotask(() => phone.show({ host, navigation, account }, top)),
  );
  settings.onChange((now, before) => {
    if (now.container !== before.container || now.late !== before.late) navigation.reloadPages();
  });
  document.addEventListener('visibilitychange', () => (document.hidden ? host.background() : host.foreground()));
  stage.replaceChildren(
    h(
      'nav',
      { class: 'strip', 'aria-label': 'Parts of this page' },
      h('a', { href: '#phone' }, 'Telephone'),
      h('a', { href: '#panel' }, 'Switches and journey'),
    ),
    phone.element,
    createPanel(settings, host, journey),
  );
}

/** Two hosts on one storage would number their events alike. Held until the page goes. */
function isOnlyOne(): Promise<boolean> {
  const { locks } = navigator as { readonly locks?: LockManager }; // not where the page comes by plain http from afar
  if (!locks) return Promise.resolve(true);
  const signal = AbortSignal.timeout(LOCK_WITHIN_MS);
  return new Promise((resolve) => {
    const held = locks.request('native-screen-simulator', { signal }, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
    held.catch(() => resolve(false));
  });
}

function notice(stage: HTMLElement, text: string): void {
  stage.replaceChildren(h('p', { class: 'boot' }, text));
}

const stage = document.getElementById('stage');
if (stage) void start(stage);
