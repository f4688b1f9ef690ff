import { render } from 'preact';
import { createApiClient } from './api/api-client.js';
import { createClock } from './clock.js';
import { formatChoice, parseChoice } from './state/choice.js';
import { openDashboard } from './state/dashboard.js';
import { splitKeyFragment } from './state/key-fragment.js';
import { createSignIn } from './state/sign-in.js';
import { createStore } from './state/store.js';
import { App } from './views/app.js';

/** The page of the console: puts the parts together and gives them the browser. */
function start(root: Element): void {
  const clock = createClock();
  const choice = createStore(parseChoice(location.search));
  const apiOf = (readKey: string) =>
    // The console is served at `console/`, one level below the API.
    createApiClient({ fetch: (...request) => fetch(...request), baseUrl: new URL('..', location.href).href, readKey });

  const signIn = createSignIn({
    storage: sessionStorage,
    tryKey: (readKey) => apiOf(readKey).report('visitors', { from: clock.now(), limit: 1 }),
  });

  function takeKeyFromAddress(): void {
    const { key, rest } = splitKeyFragment(location.hash);
    if (key === undefined) return;
    history.replaceState(null, '', location.pathname + location.search + rest);
    signIn.adopt(key);
  }

  takeKeyFromAddress();
  addEventListener('hashchange', takeKeyFromAddress);
  choice.listen(() => {
    history.replaceState(null, '', location.pathname + formatChoice(choice.get()) + location.hash);
  });

  function open(readKey: string) {
    const dashboard = openDashboard({
      api: apiOf(readKey),
      choice,
      clock,
      random: Math.random,
      isVisible: () => document.visibilityState === 'visible',
      onRefused: signIn.refuse,
      warn: (message) => console.warn(message),
    });
    const wake = () => dashboard.wake();
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    return {
      ...dashboard,
      close() {
        document.removeEventListener('visibilitychange', wake);
        removeEventListener('online', wake);
        dashboard.close();
      },
    };
  }

  render(<App signIn={signIn} choice={choice} openDashboard={open} />, root);
}

const root = document.querySelector('#app');
if (root !== null) start(root);
