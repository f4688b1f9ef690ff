import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openSmallStorage } from './small-storage.js';

function refuse(): never {
  throw new Error('storage is closed to you');
}

/** A localStorage: what is kept is an own key of it. */
function installLocalStorage(kept: Record<string, string> = {}): Record<string, string> {
  const methods = {
    getItem: (name: string) => kept[name] ?? null,
    setItem(name: string, value: string) {
      kept[name] = value;
    },
    removeItem(name: string) {
      delete kept[name];
    },
  };
  vi.stubGlobal('localStorage', new Proxy(kept, { get: (_, name) => Reflect.get(methods, name) }));
  return kept;
}

describe('openSmallStorage', () => {
  beforeEach(() => () => void vi.unstubAllGlobals());

  it.each([
    ['is missing', undefined],
    ['is null, as in some web views', null],
    ['throws', { getItem: refuse, setItem: refuse }],
    ['is full', { getItem: () => null, setItem: refuse }],
  ])('remembers for the life of the page where localStorage %s', (_, localStorage) => {
    vi.stubGlobal('localStorage', localStorage);
    const storage = openSmallStorage('p.', true);
    expect(storage.get('a')).toBeUndefined();
    storage.set('a', '1');
    expect(storage.get('a')).toBe('1');
    storage.persist();
    expect(storage.get('a')).toBe('1');
    storage.clear();
    expect(storage.get('a')).toBeUndefined();
  });

  it('writes under its prefix, for the next page', () => {
    const kept = installLocalStorage();
    openSmallStorage('p.', true).set('a', '1');
    expect(kept).toEqual({ 'p.a': '1' });
    expect(openSmallStorage('p.', true).get('a')).toBe('1');
    expect(openSmallStorage('q.', true).get('a')).toBeUndefined();
  });

  it('only reads until it may write, and then writes down what it was told meanwhile', () => {
    const kept = installLocalStorage({ 'p.old': '0', 'p.both': '0' });
    const storage = openSmallStorage('p.', false);
    storage.set('new', '1');
    storage.set('both', '1');
    expect([storage.get('old'), storage.get('new'), storage.get('both')]).toEqual(['0', '1', '1']);
    expect(kept).toEqual({ 'p.old': '0', 'p.both': '0' });
    storage.persist();
    expect(kept).toEqual({ 'p.old': '0', 'p.both': '1', 'p.new': '1' });
    storage.set('new', '2');
    expect(kept['p.new']).toBe('2');
  });

  it('forgets all that is its own and nothing else, and writes nothing more', () => {
    const kept = installLocalStorage({ 'p.a': '1', 'p-a': '1', host: '1' });
    const storage = openSmallStorage('p.', true);
    storage.set('b', '1');
    storage.clear();
    expect(kept).toEqual({ 'p-a': '1', host: '1' });
    expect(storage.get('b')).toBeUndefined();
    storage.set('c', '1');
    expect(storage.get('c')).toBe('1');
    expect(kept).toEqual({ 'p-a': '1', host: '1' });
  });
});
