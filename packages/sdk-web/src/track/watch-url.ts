import { listen } from '../browser/listen.js';

/**
 * Calls back once for each change of the page's address, however it came about: pushState, replaceState, back,
 * forward, a hash route. The history functions are wrapped, not replaced, and given back on stop.
 */
export function watchUrl(onChange: () => void): () => void {
  let known = location.href;
  const look = () => {
    if (location.href === known) return;
    known = location.href;
    onChange();
  };
  const { pushState, replaceState } = history;
  const wrap = (original: History['pushState']): History['pushState'] =>
    function (this: History, ...args) {
      original.apply(this, args);
      look();
    };
  const ours = { pushState: wrap(pushState), replaceState: wrap(replaceState) };
  Object.assign(history, ours);
  const stops = [listen(window, 'popstate', look), listen(window, 'hashchange', look)];
  return () => {
    for (const stop of stops) stop();
    if (history.pushState === ours.pushState) history.pushState = pushState;
    if (history.replaceState === ours.replaceState) history.replaceState = replaceState;
  };
}

/** What counts as the page: its path, and a hash that is a route. */
export function currentPage(): string {
  return location.pathname + (location.hash.startsWith('#/') ? location.hash : '');
}

/** An address without what may hold personal data: its query and fragment. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
