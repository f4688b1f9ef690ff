import { listen } from '../browser/listen.js';

/**
 * Calls back once for each change of the page's address, however it came about: pushState, replaceState, back,
 * forward, a hash route; not for an anchor within the page. The history functions are wrapped, not replaced, and given
 * back on stop.
 */
export function watchUrl(onChange: () => void): () => void {
  let known = address();
  let stopped = false;
  const look = () => {
    if (stopped || address() === known) return;
    known = address();
    onChange();
  };
  const unwraps = (['pushState', 'replaceState'] as const).map((name) => {
    const before = Object.getOwnPropertyDescriptor(history, name); // somebody else's wrapper, where there is one
    const original = history[name];
    const ours: History['pushState'] = function (this: History, ...args) {
      original.apply(this, args);
      look();
    };
    history[name] = ours;
    return () => {
      if (history[name] !== ours) return; // somebody wrapped later: what they call stays, and tells nobody any more
      if (before) Object.defineProperty(history, name, before);
      else Reflect.deleteProperty(history, name);
    };
  });
  const stops = [listen(window, 'popstate', look), listen(window, 'hashchange', look), ...unwraps];
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}

/** What counts as the page: its path, and a hash that is a route. */
export function currentPage(): string {
  return location.pathname + route();
}

function address(): string {
  return location.origin + location.pathname + location.search + route();
}

/** The fragment, where it is a route and no anchor. */
function route(): string {
  return location.hash.startsWith('#/') ? location.hash : '';
}

/** An address without what may hold personal data: its query and fragment. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
