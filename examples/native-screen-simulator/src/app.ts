import type { Host } from '@tidemark/sdk-hybrid-bridge/native';
import type { Navigation } from './navigation.js';

/** What the native screens are given. */
export interface App {
  readonly host: Host;
  readonly navigation: Navigation;
  readonly account: Account;
}

/** Who is signed in to the app, and what that person allows. Kept by the app, as the host keeps its own. */
export interface Account {
  user(): string | undefined;
  allowsAnalytics(): boolean;
  signIn(): void;
  signOut(): void;
  allowAnalytics(allowed: boolean): void;
}

const USER = 'native.user';
const DENIED = 'native.denied';

export function createAccount(store: Storage, host: Pick<Host, 'identify' | 'reset' | 'consent'>): Account {
  return {
    user: () => store.getItem(USER) ?? undefined,
    allowsAnalytics: () => store.getItem(DENIED) === null,
    signIn() {
      store.setItem(USER, 'mei.lin');
      host.identify('mei.lin', { tier: 'gold' });
    },
    signOut() {
      store.removeItem(USER);
      host.reset();
    },
    allowAnalytics(allowed) {
      if (allowed) store.removeItem(DENIED);
      else store.setItem(DENIED, 'true');
      host.consent({ analytics: allowed ? 'granted' : 'denied' });
    },
  };
}
