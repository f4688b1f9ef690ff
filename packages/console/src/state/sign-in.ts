import { type ApiOutcome, isKeyRefused, type Refusal } from '../api/api-outcome.js';
import { checkReadKey } from './read-key.js';
import { createStore, type Store } from './store.js';

export type SignInState =
  /** `message` says why the last key was not good; empty when there was none. */
  | { readonly kind: 'signed_out'; readonly message: string }
  | { readonly kind: 'checking' }
  | { readonly kind: 'signed_in'; readonly readKey: string };

export interface SignInOptions {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Asks the collector something cheap with the key. */
  tryKey(readKey: string): Promise<ApiOutcome<unknown>>;
}

export interface SignIn {
  readonly state: Store<SignInState>;
  /** A key that came with the address: taken at its word, since the first request will tell. */
  adopt(text: string): void;
  /** A key that was typed: the collector is asked before the page changes. */
  submit(text: string): Promise<void>;
  /** The collector refused the key in use. */
  refuse(refusal: Refusal): void;
  signOut(): void;
}

const STORAGE_KEY = 'tidemark.readKey';

/** The read key lives in the tab's session storage: it ends with the tab and is not shared with other tabs. */
export function createSignIn({ storage, tryKey }: SignInOptions): SignIn {
  const state = createStore<SignInState>({ kind: 'signed_out', message: '' });

  function enter(readKey: string): void {
    storage.setItem(STORAGE_KEY, readKey);
    state.set({ kind: 'signed_in', readKey });
  }

  function leave(message: string): void {
    storage.removeItem(STORAGE_KEY);
    state.set({ kind: 'signed_out', message });
  }

  function adopt(text: string): void {
    const check = checkReadKey(text);
    if (check.kind === 'read_key') enter(check.readKey);
    else leave(check.message);
  }

  const remembered = storage.getItem(STORAGE_KEY);
  if (remembered !== null) adopt(remembered);

  return {
    state,
    adopt,
    async submit(text) {
      const check = checkReadKey(text);
      if (check.kind === 'refused') return leave(check.message);
      state.set({ kind: 'checking' });
      const outcome = await tryKey(check.readKey);
      if (outcome.kind === 'refused' && isKeyRefused(outcome.refusal)) leave(refusalMessage(outcome.refusal));
      else if (outcome.kind === 'unreachable')
        leave('The collector does not answer. Check that it runs, then try again.');
      else enter(check.readKey); // a store that is still starting says nothing against the key
    },
    refuse: (refusal) => leave(refusalMessage(refusal)),
    signOut: () => leave(''),
  };
}

function refusalMessage({ status, problem }: Refusal): string {
  if (status === 401) return 'This key is not known. Check that it is whole and was made by this installation.';
  return problem?.detail ?? 'The collector refused this key.';
}
