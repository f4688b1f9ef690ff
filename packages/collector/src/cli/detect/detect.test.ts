import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectCommand } from './detect-command.js';
import { type NabOutcome, nabOutcome } from './nab-command.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-detect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
function write(name: string, text: string | Buffer): string {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

const ROWS = 1_000;
const SPIKE = 800;
const stamp = (row: number) =>
  new Date(Date.UTC(2026, 2, 2) + row * 300_000).toISOString().replace('T', ' ').slice(0, 19);
/** A wave of one day with a little unevenness, and a spike. */
const seriesText = () =>
  `timestamp,value\n${Array.from({ length: ROWS }, (_, i) => `${stamp(i)},${i === SPIKE ? 900 : 50 + 9 * Math.sin(i / 46) + ((i * 37) % 11)}\n`).join('')}`;

function writeBenchmark(): { data: string; windows: string } {
  write('data/one/spike.csv', seriesText());
  write('data/two/flat.csv', seriesText().replace(/,900\n/, ',50\n'));
  const labels = { 'one/spike.csv': [[`${stamp(SPIKE)}.000000`, `${stamp(SPIKE + 50)}.000000`]], 'two/flat.csv': [] };
  return { data: at('data'), windows: write('windows.json', JSON.stringify(labels)) };
}

describe('tidemark detect', () => {
  it('keeps the shape of a folder, and flags the spike in the row it is in', () => {
    const { data } = writeBenchmark();
    detectCommand({ input: data, output: at('scores') });
    const lines = readFileSync(at('scores/one/spike.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('timestamp,value,score,flag');
    expect(lines.length).toBe(ROWS + 1);
    expect(lines.flatMap((line, i) => (line.endsWith(',1') ? [i - 1] : []))).toEqual([SPIKE]);
    expect(lines[SPIKE + 1]).toMatch(/^2026-03-04 18:40:00,900,\d/);
    expect(readFileSync(at('scores/two/flat.csv'), 'utf8')).not.toContain(',1\n');
  });

  it('scores one file, leaves a cell without a number empty, and takes a threshold', () => {
    const input = write('series.csv', seriesText().replace(/(\n[^,]+),[^\n]*\n/, '$1,broken\n'));
    detectCommand({ input, output: at('deep/scores.csv'), threshold: 1e9 });
    const text = readFileSync(at('deep/scores.csv'), 'utf8');
    expect(text.split('\n')[1]).toBe(`${stamp(0)},,0,0`);
    expect(text).not.toContain(',1\n');
  });

  it('writes over no series, however its name is written', () => {
    const { data } = writeBenchmark();
    const before = readFileSync(at('data/one/spike.csv'), 'utf8');
    symlinkSync(data, at('link'));
    for (const output of [`${data}/`, at('data/one/..'), at('link'), `${data}/../data`]) {
      expect(() => detectCommand({ input: data, output }), output).toThrow('never written over');
    }
    const input = at('data/one/spike.csv');
    for (const output of [`${data}/./one/spike.csv`, at('link/one/spike.csv')]) {
      expect(() => detectCommand({ input, output }), output).toThrow('never written over');
    }
    expect(readFileSync(input, 'utf8')).toBe(before);
  });

  it.each([
    ['value\n1\n', 'must begin with a header line that names the columns timestamp and value'],
    ['timestamp,value\n2026-03-02 00:00:00,1\nyesterday,2\n', 'Line 3 of'],
  ])('says in a sentence what is wrong with %j', (text, sentence) => {
    const input = write('series.csv', text);
    expect(() => detectCommand({ input, output: at('scores.csv') })).toThrow(sentence);
    expect(() => detectCommand({ input: at('none'), output: at('scores.csv') })).toThrow('Cannot read');
    expect(() => detectCommand({ input, output: input })).toThrow('never written over');
  });
});

describe('tidemark nab', () => {
  it('gives the same for the detector and for what detect wrote, and takes thresholds of an earlier run', () => {
    const benchmark = writeBenchmark();
    const run = nabOutcome(benchmark);
    expect(run).toMatchObject({ standard: 100, lowFp: 100, lowFn: 100, thresholds: { standard: expect.any(Number) } });
    detectCommand({ input: benchmark.data, output: at('scores') });
    expect(nabOutcome({ ...benchmark, scores: at('scores') })).toEqual(run);
    const thresholds = { standard: 1e9, lowFp: 0.001, lowFn: 1 };
    const thresholdFrom = write('earlier.json', JSON.stringify({ thresholds }));
    const fixed: NabOutcome = nabOutcome({ ...benchmark, thresholdFrom });
    expect(fixed).toMatchObject({ standard: 0, thresholds });
    expect(fixed.lowFp).toBeLessThan(100); // so low that it pays for alarms that are none
  });

  it('takes a packed file of scores, and a folder of those by the name of the detector', () => {
    const benchmark = writeBenchmark();
    const scoresOf = (row: number) => Array.from({ length: ROWS }, (_, i) => (i === row ? '1.0' : '0.0'));
    const pack = (row: number) =>
      gzipSync(JSON.stringify({ 'one/spike.csv': scoresOf(row), 'two/flat.csv': scoresOf(-1) }));
    const found = write('golden/found.json.gz', pack(SPIKE));
    write('golden/missed.json.gz', pack(SPIKE - 100));
    expect(nabOutcome({ ...benchmark, scores: found })).toMatchObject({ standard: 100 });
    expect(nabOutcome({ ...benchmark, scores: at('golden') })).toMatchObject({
      found: { standard: 100 },
      missed: { standard: 0 },
    });
  });

  it('says what does not fit together', () => {
    const benchmark = writeBenchmark();
    const short = write('short.json', JSON.stringify({ 'one/spike.csv': [1], 'two/flat.csv': [1] }));
    expect(() => nabOutcome({ ...benchmark, scores: short })).toThrow('has 1000 rows and 1 scores');
    const windows = write('wrong.json', JSON.stringify({ 'one/spike.csv': [] }));
    expect(() => nabOutcome({ ...benchmark, windows })).toThrow('does not name two/flat.csv');
    const none = write('none.json', JSON.stringify({ 'one/spike.csv': [], 'two/flat.csv': [] }));
    expect(() => nabOutcome({ ...benchmark, windows: none })).toThrow('nothing to be found');
    expect(() => nabOutcome({ ...benchmark, windows: write('no.json', '{') })).toThrow('is no JSON');
  });
});
