import { describe, expect, it } from 'vitest';
import { type MacroCsv, readMacroCsv } from './read-macro-csv.js';

const HEAD = 'series,period_at,known_at,value,revision,source,country';
const defaults = { utcOffsetMs: 8 * 3_600_000 };

function read(text: string, more: Parameters<typeof readMacroCsv>[1] = defaults): MacroCsv {
  const outcome = readMacroCsv(text, more);
  if (outcome.kind === 'unusable') throw new Error(outcome.reason);
  return outcome.csv;
}

describe('a CSV file of a macro series', () => {
  it('gives a row a line, whatever separates the values and ends the lines', () => {
    const row = {
      series: 'loan_rate_1y',
      periodAt: Date.parse('2026-01-20T00:00+08:00'),
      knownAt: Date.parse('2026-01-20T09:15+08:00'),
      value: 3.1,
      revision: 1,
      source: 'central bank',
      country: 'CN',
    };
    const line = 'loan_rate_1y,2026-01-20,2026-01-20T09:15+08:00,3.10,1,"central bank",CN';
    for (const separator of [',', ';', '\t']) {
      const text = `\uFEFF${HEAD}\r\n${line}\r\n\r\n`.replaceAll(',', separator);
      expect(read(text)).toEqual({ lines: 1, rows: [{ lineNumber: 2, row }], bad: [] });
    }
  });

  it('takes what no row says from what is said of the file', () => {
    const csv = read('known_at,period_at,value\n2026-02-20T01:15Z,2026-02-20,-3e-1', {
      ...defaults,
      series: 'cpi',
      source: 'statistics',
      country: 'EU',
    });
    expect(csv.rows[0]?.row).toMatchObject({
      series: 'cpi',
      source: 'statistics',
      country: 'EU',
      value: -0.3,
      revision: 0,
    });
  });

  it('counts a date of publication from the end of that day in the market: nobody can tell how early in it', () => {
    const [first] = read(`${HEAD}\ncpi,2026-01-01,2026-02-09,101,,stats,`).rows;
    expect(first?.row.knownAt).toBe(Date.parse('2026-02-10T00:00+08:00'));
    expect(first?.row.periodAt).toBe(Date.parse('2026-01-01T00:00+08:00'));
    const [west] = read(`${HEAD}\ncpi,2026-01-01,2026-02-09,101,,stats,US`, { utcOffsetMs: -5 * 3_600_000 }).rows;
    expect(west?.row.knownAt).toBe(Date.parse('2026-02-10T00:00-05:00'));
  });

  it.each([
    ['cpi,2026-01-01,,101,,stats,', 'known_at', /missing/],
    ['cpi,,2026-01-01,101,,stats,', 'period_at', /missing/],
    ['cpi,2026-02-30,2026-03-01,101,,stats,', 'period_at', /no day/],
    ['cpi,2026-13-01,2026-03-01,101,,stats,', 'period_at', /no day/],
    ['cpi,2026-01-01,2026-01-01T25:00Z,101,,stats,', 'known_at', /no time/],
    ['cpi,2026-01-01,2026-01-01T10:00,101,,stats,', 'known_at', /zone/],
    ['cpi,01/02/2026,2026-01-01,101,,stats,', 'period_at', /2026-01-31/],
    ['cpi,1999-12-01,2026-01-01,101,,stats,', 'period_at', /before 2000/],
    ['cpi,2026-01-01,2026-01-01,,,stats,', 'value', /missing/],
    ['cpi,2026-01-01,2026-01-01,.,,stats,', 'value', /no number/],
    ['cpi,2026-01-01,2026-01-01,NaN,,stats,', 'value', /no number/],
    ['cpi,2026-01-01,2026-01-01,1e999,,stats,', 'value', /too large/],
    ['cpi,2026-01-01,2026-01-01,0x10,,stats,', 'value', /no number/],
    ['cpi,2026-01-01,2026-01-01,1,-1,stats,', 'revision', /65535/],
    ['cpi,2026-01-01,2026-01-01,1,65536,stats,', 'revision', /65535/],
    ['cpi,2026-01-01,2026-01-01,1,,stats,China', 'country', /ISO 3166/],
    [',2026-01-01,2026-01-01,1,,stats,', 'series', /missing/],
    ['cpi,2026-01-01,2026-01-01,1,,,', 'source', /missing/],
    [`${'x'.repeat(129)},2026-01-01,2026-01-01,1,,stats,`, 'series', /128/],
    ['cpi,2026-01-01,2026-01-01,1,,stats', '', /6 values/],
    ['cpi,2026-01-01,2026-01-01,1,,"stats,', '', /quotation/],
    ['cpi,2026-01-01,2026-01-01,1,,"stats"x,', '', /quotation/],
  ])('names what is wrong with "%s", and takes the lines around it', (line, field, reason) => {
    const good = 'cpi,2026-01-01,2026-01-09,100,0,stats,CN';
    const csv = read(`${HEAD}\n${good}\n${line}\n${good}`);
    expect(csv.rows.map(({ lineNumber }) => lineNumber)).toEqual([2, 4]);
    expect(csv.bad).toEqual([{ lineNumber: 3, field, reason: expect.stringMatching(reason) }]);
    expect(csv.lines).toBe(3);
  });

  it.each([
    ['', /empty/],
    ['\n \n', /empty/],
    ['series,period_at,value,source\n', /known_at/],
    ['period_at,known_at,value,source\n', /--series/],
    ['series,period_at,known_at,value\n', /--source/],
    [`${HEAD},price\n`, /"price"/],
    [`${HEAD},value\n`, /value twice/],
  ])('refuses a file that begins "%s" as a whole', (text, reason) => {
    expect(readMacroCsv(text, defaults)).toEqual({ kind: 'unusable', reason: expect.stringMatching(reason) });
  });

  it('loses no line, whatever is on it', () => {
    const odd = ['"', '""', ',,,,,,', '","', 'a;b', '\u0000', '=1+1', '🙂,🙂'];
    const csv = read([HEAD, ...odd].join('\n'));
    expect(csv.rows.length + csv.bad.length).toBe(odd.length);
    expect(csv.bad.map(({ lineNumber }) => lineNumber)).toEqual(odd.map((_, i) => i + 2));
  });

  it('keeps a separator and a quotation mark inside of quoted values', () => {
    const [first] = read(`${HEAD}\n"rate, 1y",2026-01-01,2026-01-09,1,,"the ""bank""",`).rows;
    expect(first?.row).toMatchObject({ series: 'rate, 1y', source: 'the "bank"' });
  });
});
