// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { currentPage, watchUrl, withoutQuery } from './watch-url.js';

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
});

describe('withoutQuery', () => {
  it.each([
    ['https://a.example/p?token=1#x', 'https://a.example/p'],
    ['https://a.example/p#a?b\nc', 'https://a.example/p'],
    ['', ''],
  ])('leaves of %j only %j', (url, expected) => {
    expect(withoutQuery(url)).toBe(expected);
  });
});
