// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { currentPage, watchUrl } from './watch-url.js';

function watch(): string[] {
  const seen: string[] = [];
  onTestFinished(watchUrl(() => seen.push(location.pathname + location.search + location.hash)));
  return seen;
}

describe('watchUrl', () => {
  beforeEach(() => history.replaceState(null, '', '/'));

  it('tells of each change of the address once, and of none that is no change', () => {
    const seen = watch();
    history.pushState(null, '', '/a');
    history.pushState({ other: true }, '', '/a');
    history.replaceState(null, '', '/b?x=1');
    history.replaceState(null, '');
    history.pushState(null, '', '#/route');
    dispatchEvent(new Event('popstate'));
    dispatchEvent(new Event('hashchange'));
    expect(seen).toEqual(['/a', '/b?x=1', '/b?x=1#/route']);
  });

  it('sees a change that came with popstate or hashchange', () => {
    const seen = watch();
    History.prototype.pushState.call(history, null, '', '/back'); // past the wrapper, as the browser does
    dispatchEvent(new Event('popstate'));
    History.prototype.pushState.call(history, null, '', '/back#/tab');
    dispatchEvent(new Event('hashchange'));
    expect(seen).toEqual(['/back', '/back#/tab']);
  });

  it('does not take an anchor within the page for another page', () => {
    const seen = watch();
    history.pushState(null, '', '#fees');
    history.pushState(null, '', '#top');
    expect(seen).toEqual([]);
    expect(currentPage()).toBe('/');
  });

  it('lets the error of a refused address through and stays silent', () => {
    const seen = watch();
    expect(() => history.pushState(() => undefined, '', 'http://[bad')).toThrow();
    expect(seen).toEqual([]);
  });

  it('gives the history back as it was', () => {
    const stop = watchUrl(() => undefined);
    expect(Object.hasOwn(history, 'pushState')).toBe(true);
    stop();
    expect(Object.hasOwn(history, 'pushState')).toBe(false);
    expect(history.replaceState).toBe(History.prototype.replaceState);
  });

  it('gives back the wrapper of somebody who came before', () => {
    const theirs = vi.fn(function (this: History, ...args: Parameters<History['pushState']>) {
      History.prototype.pushState.apply(this, args);
    });
    history.pushState = theirs;
    onTestFinished(() => void Reflect.deleteProperty(history, 'pushState'));
    watchUrl(() => undefined)();
    expect(history.pushState).toBe(theirs);
  });

  it('leaves the wrapper of somebody who came later in place, and says no more', () => {
    const seen: string[] = [];
    const stop = watchUrl(() => seen.push(location.pathname));
    const ours = history.pushState;
    const theirs = function (this: History, ...args: Parameters<History['pushState']>) {
      ours.apply(this, args);
    };
    history.pushState = theirs;
    onTestFinished(() => void Reflect.deleteProperty(history, 'pushState'));
    stop();
    history.pushState(null, '', '/after');
    expect(history.pushState).toBe(theirs);
    expect(location.pathname).toBe('/after');
    expect(seen).toEqual([]);
  });

  it('tells a replaced address, as a redirect makes it, from one that was gone to', () => {
    const seen: string[] = [];
    onTestFinished(watchUrl((replaced) => seen.push(`${location.pathname} ${replaced}`)));
    history.pushState(null, '', '/a');
    history.replaceState(null, '', '/b');
    History.prototype.pushState.call(history, null, '', '/a');
    dispatchEvent(new Event('popstate'));
    expect(seen).toEqual(['/a false', '/b true', '/a false']);
  });

  it('is not led astray by an element of the page that a browser shows as window.navigation', () => {
    vi.stubGlobal('navigation', document.createElement('nav'));
    onTestFinished(() => void vi.unstubAllGlobals());
    const seen = watch();
    history.pushState(null, '', '/a');
    expect(seen).toEqual(['/a']);
  });
});

describe('watchUrl with the Navigation API', () => {
  function go(path: string, navigationType: string | null): void {
    history.pushState(null, '', path);
    navigation.dispatchEvent(Object.assign(new Event('currententrychange'), { navigationType }));
  }
  let navigation: EventTarget;
  beforeEach(() => {
    history.replaceState(null, '', '/');
    navigation = Object.assign(new EventTarget(), { currentEntry: {} });
    vi.stubGlobal('navigation', navigation);
    return () => void vi.unstubAllGlobals();
  });

  it('leaves the history functions of the page alone', () => {
    watch();
    expect(Object.hasOwn(history, 'pushState')).toBe(false);
    expect(Object.hasOwn(history, 'replaceState')).toBe(false);
  });

  it('tells of each change of the address once, whether it was replaced, and of no other change of an entry', () => {
    const seen: string[] = [];
    onTestFinished(watchUrl((replaced) => seen.push(`${location.pathname} ${replaced}`)));
    go('/a', 'push');
    go('/b', 'replace');
    go('/b', null); // its state was updated
    go('/a', 'traverse');
    dispatchEvent(new Event('popstate'));
    expect(seen).toEqual(['/a false', '/b true', '/a false']);
  });

  it('says no more once it is stopped', () => {
    const seen: string[] = [];
    watchUrl(() => seen.push(location.pathname))();
    go('/a', 'push');
    expect(seen).toEqual([]);
  });
});
