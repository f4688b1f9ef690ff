import { expect, it } from 'vitest';
import { parseCount, parseList, parseSpanMs } from './parse-settings.js';

it.each([
  ['0s', 0],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['24h', 86_400_000],
  ['90d', 7_776_000_000],
])('reads the span %s', (text, ms) => {
  expect(parseSpanMs(text)).toBe(ms);
});

it.each(['', '5', 'd', '1.5h', '-1d', '1w', '1 d', '1e3s', '9999999999s'])('takes %j for no span', (text) => {
  expect(() => parseSpanMs(text)).toThrow('span');
});

it.each(['', '-1', '1.5', '1e3', '9007199254740993', 'many'])('takes %j for no count', (text) => {
  expect(() => parseCount(text)).toThrow('whole number');
});

it('reads counts and lists', () => {
  expect([parseCount('0'), parseCount('9007199254740991')]).toEqual([0, 9_007_199_254_740_991]);
  expect(parseList(' a, b,,c ')).toEqual(['a', 'b', 'c']);
  expect(parseList('')).toEqual([]);
});
