import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanUrl } from './clean-url.js';

describe('cleanUrl', () => {
  it.each([
    ['https://a.example/p?token=1#x', [], 'https://a.example/p'],
    ['https://a.example/p#a?b\nc', [], 'https://a.example/p'],
    ['https://a.example/p?b=2&id=7&a=1&id=8', ['a', 'id'], 'https://a.example/p?id=7&a=1&id=8'],
    ['https://a.example/p?id&x', ['id'], 'https://a.example/p?id'],
    ['https://a.example/p?q=%E7%94%B3+a%20b&utm_source=x', ['q'], 'https://a.example/p?q=%E7%94%B3+a%20b'],
    ['https://a.example/p?next=/a?b=c&t=1', ['next'], 'https://a.example/p?next=/a?b=c'],
    ['/p?=1&&', ['id'], '/p'],
    ['/p?idx=1&i=2', ['id'], '/p'],
    ['/p?', ['id'], '/p'],
    ['', [], ''],
  ])('leaves of %j, where %j stay, only %j', (url, keep, expected) => {
    expect(cleanUrl(url, keep)).toBe(expected);
  });

  it.each([
    ['https://a.example/?s=1#/fund/P7?token=1&tab=2#x', 'https://a.example/#/fund/P7?tab=2'],
    ['/app#/fund?tab=2', '/app#/fund?tab=2'],
    ['#/', '#/'],
    ['/app#fees', '/app'],
  ])('keeps of the fragment in %j the route: %j', (url, expected) => {
    expect(cleanUrl(url, ['tab'])).toBe(expected);
  });

  it.each([
    ['https://ann:secret@a.example/p', 'https://a.example/p'],
    ['https://ann@a.example@b.example:8080', 'https://b.example:8080'],
    ['//ann:secret@a.example/', '//a.example/'],
    ['https://a.example/@ann', 'https://a.example/@ann'],
  ])('takes the credentials out of %j', (url, expected) => {
    expect(cleanUrl(url, [])).toBe(expected);
  });

  it('keeps nothing that it would not keep again, of any text', () => {
    const any = fc.string({ unit: fc.constantFrom('?', '#', '/', '&', '=', '@', ':', 'a', 'b', '%', '\n', '申') });
    fc.assert(
      fc.property(any, (url) => {
        const clean = cleanUrl(url, ['a']);
        expect(clean.length).toBeLessThanOrEqual(url.length);
        for (const [, query = ''] of clean.matchAll(/\?([^#]*)/g)) {
          for (const parameter of query.split('&')) expect(parameter.split('=')[0]).toBe('a');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no longer than the text is long', () => {
    const started = performance.now();
    for (const unit of ['?', '#/', '&', '@', '//', 'a=']) cleanUrl(`https:${unit.repeat(20_000)}`, ['a']);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
