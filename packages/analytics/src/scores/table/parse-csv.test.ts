import { expect, it } from 'vitest';
import { isInputError } from './input-error.js';
import { parseCsv } from './parse-csv.js';

it('reads quotes, doubled quotes, separators and line ends within quotes, empty cells and CRLF', () => {
  const { names, rows } = parseCsv('\ufeff"a";b;c\r\n"x;""y""";1;\r\n\r\n"two\nlines";;3', ';');
  expect(names).toEqual(['a', 'b', 'c']);
  expect(rows).toEqual([
    ['x;"y"', '1', ''],
    ['two\nlines', '', '3'],
  ]);
});

it.each([
  ['', ',', /first line has to name the columns/],
  ['a,a\n1,2', ',', /column "a" twice/],
  ['a,b\n1,2\n1,2,3', ',', /Row 2 has 3 cells where the header has 2: is "," the separator/],
  ['a,b\n"1,2', ',', /quote opened in row 1 is never closed/],
  ['a,b\n"1"x,2', ',', /behind a closing quote/],
  ['a,b', '||', /A separator is one character/],
])('says what is wrong with %j', (text, separator, sentence) => {
  try {
    parseCsv(text, separator);
    expect.unreachable();
  } catch (error) {
    expect(isInputError(error)).toBe(true);
    expect(String(error)).toMatch(sentence);
  }
});
