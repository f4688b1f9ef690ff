import { listen } from '../browser/listen.js';

/** The Navigation API as far as it is used; not in every browser, so not in the types. */
interface NavigationLike extends EventTarget {
  readonly currentEntry?: unknown;
}

/** Of its `currententrychange`, and of no other event. */
interface NavigationLikeEvent extends Partial<Event> {
  readonly navigationType?: string;
}

/**
 * Calls back once for each change of the page's address, however it came about: pushState, replaceState, back, forward,
 * a hash route; not for an anchor within the page. By the Navigation API where there is one; elsewhere the history
 * functions are wrapped, not replaced, and given back on stop.
 *
 * @param onChange - told whether the address was replaced, as a redirect does it.
 */
export function watchUrl(onChange: (replaced: boolean) => void): () => void {
  let known = address();
  let stopped = false;
  const look = ({ navigationType }: NavigationLikeEvent = {}) => {
    if (stopped || address() === known) return;
    known = address();
    onChange(navigationType === 'replace');
  };
  const { navigation } = window as { readonly navigation?: NavigationLike };
  // By its entry: a page may have an element of that id, which browsers without the API show under the same name.
  const watches = navigation?.currentEntry
    ? [listen(navigation, 'currententrychange', look)]
    : [wrap('pushState', look), wrap('replaceState', () => look({ navigationType: 'replace' }))];
  const stops = [...watches, listen(window, 'popstate', look), listen(window, 'hashchange', look)];
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}

function wrap(name: 'pushState' | 'replaceState', onCall: () => void): () => void {
  const isWrapped = Object.hasOwn(history, name); // by somebody who came before
  const original = history[name];
  const ours: History['pushState'] = function (this: History, ...args) {
    original.apply(this, args);
    onCall();
  };
  history[name] = ours;
  return () => {
    if (history[name] !== ours) return; // somebody wrapped later: what they call stays, and tells nobody any more
    if (isWrapped) history[name] = original;
    else delete (history as Partial<History>)[name];
  };
}

/** What counts as the page: its path, and a hash that is a route. */
export function currentPage(): string {
  return withoutAnchor(location.pathname + location.hash);
}

function address(): string {
  return withoutAnchor(location.href);
}

/** A fragment stays where it is a route. */
function withoutAnchor(address: string): string {
  return address.replace(/#(?!\/).*/s, '');
}
