import { expect, it } from 'vitest';
import { printable } from './printable.js';

it('leaves no control character of either set, and every other one', () => {
  const all = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
  const replaced = all.filter((character) => printable(character) === '\uFFFD').map((one) => one.charCodeAt(0));
  const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  expect(replaced).toEqual([...upTo(0x00, 0x1f), ...upTo(0x7f, 0x9f)]);
  expect(printable('/基金/\u{1F600}?q=é')).toBe('/基金/\u{1F600}?q=é');
});
