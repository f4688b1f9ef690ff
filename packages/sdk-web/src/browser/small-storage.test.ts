import { describe, expect, it, vi } from 'vitest';
import { openSmallStorage } from './small-storage.js';

function refuse(): never {
  throw new Error('storage is closed to you');
}

describe('openSmallStorage', () => {
  it.each([
    ['is missing', undefined],
    ['is null, as in some web views', null],
    ['throws', { getItem: refuse, setItem: refuse }],
    ['is full', { getItem: () => null, setItem: refuse }],
  ])('remembers for the life of the page where localStorage %s', (_, localStorage) => {
    vi.stubGlobal('localStorage', localStorage);
    const storage = openSmallStorage('p.');
    expect(storage.get('a')).toBeUndefined();
    storage.set('a', '1');
    expect(storage.get('a')).toBe('1');
    vi.unstubAllGlobals();
  });

  it('writes under its prefix, for the next page', () => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    });
    openSmallStorage('p.').set('a', '1');
    expect([...kept]).toEqual([['p.a', '1']]);
    expect(openSmallStorage('p.').get('a')).toBe('1');
    expect(openSmallStorage('q.').get('a')).toBeUndefined();
    vi.unstubAllGlobals();
  });
});
