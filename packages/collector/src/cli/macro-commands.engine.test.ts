import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { mkdtemp, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMacroSeries } from '@tidemark/analytics/features';
import type { Ack, MacroAnswer, MacroRow } from '@tidemark/protocol';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readBankMacro } from '../../../../test/fixtures/bank-macro.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { signServerRequest } from '../ingest/sign-server-request.js';
import type { IssuedKeys } from '../workspaces/registry.js';
import { MACRO_FILE_BYTES_MAX, type MacroImport } from './macro/import-macro.js';
import { addMacroCommands } from './macro-commands.js';

const BANK = 'bank-marketing/train.csv';
const SHARED_DATA = fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const BANK_FILE = join(process.env.TIDEMARK_TEST_DATA ?? SHARED_DATA, BANK);

function itWithBank(): typeof it | typeof it.skip {
  if (existsSync(BANK_FILE)) return it;
  if (process.env.TIDEMARK_SKIP_LOG) appendFileSync(process.env.TIDEMARK_SKIP_LOG, `${BANK}\n`);
  return it.skip;
}

/** A rate of which January was corrected twice, and a word on March that came before March did. */
const RATE: readonly (readonly [period: string, known: string, value: number, revision: number])[] = [
  ['2026-01-01', '2026-01-20T01:15:00Z', 3.1, 0],
  ['2026-01-01', '2026-02-05T01:15:00Z', 3.2, 1],
  ['2026-02-01', '2026-02-20T01:15:00Z', 3, 0],
  ['2026-01-01', '2026-03-05T01:15:00Z', 3.15, 2],
  ['2026-03-01', '2026-02-25T01:15:00Z', 2.9, 0],
  ['2026-02-01', '2026-02-21T01:15:00Z', 3.05, 0],
];
const UTC = ['--utc-offset-minutes', '0'];

let test: TestCollector;
let other: IssuedKeys;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-macro-'));
  other = await addWorkspace(folder, 'other');
  test = await startTestCollector(folder);
  vi.stubEnv('TIDEMARK_DATA', test.directory);
  await test.collector.storePrepared;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await test.close();
});

/** What the command prints. */
async function tidemark(...args: readonly string[]): Promise<string> {
  let out = '';
  const program = new Command('tidemark').exitOverride();
  addMacroCommands(program);
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await program.parseAsync(['macro', ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return out;
}

async function importText(text: string, ...args: readonly string[]): Promise<MacroImport> {
  const file = join(folder, `${randomUUID()}.csv`);
  await writeFile(file, text);
  const result = JSON.parse(await tidemark('import', '--file', file, '--json', ...args)) as MacroImport; // as printed
  await test.drained();
  return result;
}

async function ask(query: string, key = test.collector.keys.readKey): Promise<Response> {
  return fetch(`${test.collector.url}/v1/macro-series${query}`, { headers: { authorization: `Bearer ${key}` } });
}

async function asOf(series: string, atMs: number): Promise<MacroAnswer['series'][number] | undefined> {
  const answer = await ask(`?series=${series}&asOf=${atMs}`);
  if (answer.status === 404) return undefined;
  return ((await answer.json()) as MacroAnswer).series[0]; // the collector's own
}

function post(rows: readonly unknown[], secret: string): Promise<Response> {
  const body = JSON.stringify({ rows });
  const headers = signServerRequest(secret, Date.now(), randomUUID(), body);
  return fetch(`${test.collector.url}/v1/macro-points`, { method: 'POST', body, headers });
}

describe('an imported series', () => {
  it('is known at each moment as the series of the analytics has it: nothing ahead, every word kept', async () => {
    const lines = RATE.map(([period, known, value, revision]) => `${period},${known},${value},${revision}`);
    const text = ['period_at,known_at,value,revision', ...lines, lines[0]].join('\n');
    const about = ['--series', 'loan_rate_1y', '--source', 'bank', '--country', 'CN', ...UTC];
    expect(await importText(text, ...about)).toEqual({ lines: 7, accepted: 6, duplicate: 1, bad: [] });
    expect(await importText(text, ...about)).toEqual({ lines: 7, accepted: 0, duplicate: 7, bad: [] });

    const oracle = createMacroSeries(
      RATE.map(([period, known, value, revision]) => ({
        periodAtMs: Date.parse(period),
        knownAtMs: Date.parse(known),
        value,
        revision,
      })),
    );
    const moments = RATE.flatMap(([period, known]) => [Date.parse(period), Date.parse(known)]);
    for (const at of moments.flatMap((moment) => [moment - 1, moment])) {
      const expected = oracle.asOf(at);
      const found = (await asOf('loan_rate_1y', at))?.current ?? undefined;
      expect(found?.value, new Date(at).toISOString()).toBe(expected?.value);
      expect([found?.periodAgeMs, found?.knownAgeMs, found?.revision]).toEqual([
        expected?.periodAgeMs,
        expected?.knownAgeMs,
        expected?.revision,
      ]);
    }
  });

  it('shows all words on its period that there were by then, and no later one', async () => {
    const words = async (at: string) =>
      (await asOf('loan_rate_1y', Date.parse(at)))?.revisions.map(({ value }) => value);
    expect(await words('2026-02-01T00:00Z')).toEqual([3.1]);
    expect(await words('2026-02-06T00:00Z')).toEqual([3.1, 3.2]);
    expect(await words('2026-02-22T00:00Z')).toEqual([3, 3.05]);
    expect(await tidemark('show', 'loan_rate_1y', '--at', '2026-02-22T00:00Z')).toMatch(
      /3\.05[\s\S]*Words on this period/,
    );
  });

  it('is listed with whose economy it is, seen from where one is at home', async () => {
    const row = 'euribor_3m,2026-01-01,2026-01-02T10:00Z,2.1,ecb,EU';
    await importText(
      `series,period_at,known_at,value,source,country\n${row}\nvix,2026-01-01,2026-01-02,18,cboe,`,
      ...UTC,
    );
    const list = JSON.parse(await tidemark('list', '--json')) as MacroAnswer; // as printed
    const scopes = list.series.map(({ series, scope }) => [series, scope]);
    expect(scopes).toEqual([
      ['euribor_3m', 'international'],
      ['loan_rate_1y', 'domestic'],
      ['vix', 'unknown'],
    ]);
    const seen = JSON.parse(await tidemark('list', '--home', 'EU', '--json')) as MacroAnswer; // likewise
    expect(seen.series[0]?.scope).toBe('domestic');
    expect(await tidemark('list', '--at', '2026-01-25T00:00Z')).toMatch(/loan_rate_1y +domestic +CN +3\.1 .* 24\.0 d/);
  });

  it('belongs to its workspace', async () => {
    expect((await ask('?series=loan_rate_1y', other.readKey)).status).toBe(404);
    const all = (await (await ask('', other.readKey)).json()) as MacroAnswer; // the collector's own
    expect(all.series).toEqual([]);
  });

  itWithBank()('of real data is there whole, month by month', async () => {
    const values = readBankMacro(BANK_FILE);
    expect(values.length).toBeGreaterThan(60);
    const lines = values.map(({ series, period, knownAt, value }) => `${series};${period};${knownAt};${value}`);
    const text = ['series;period_at;known_at;value', ...lines].join('\n');
    const result = await importText(text, '--source', 'UCI', ...UTC);
    expect(result).toEqual({ lines: values.length, accepted: values.length, duplicate: 0, bad: [] });
    for (const { series, knownAt, value } of values.filter((_, i) => i % 7 === 0)) {
      expect((await asOf(series, Date.parse(knownAt)))?.current?.value, `${series} ${knownAt}`).toBe(value);
      expect((await asOf(series, Date.parse(knownAt) - 1))?.current?.value).not.toBe(
        values.some((one) => one.series === series && one.knownAt < knownAt && one.value === value) ? undefined : value,
      );
    }
  });
});

describe('what is no series', () => {
  it('is named by its line, and the lines around it go in', async () => {
    const text = 'period_at,known_at,value\n2026-01-01,2026-01-02,7\n2026-01-01,soon,8\n\n2026-02-01,2026-02-02,9';
    const result = await importText(text, '--series', 'orders_index', '--source', 'us', ...UTC);
    expect(result).toMatchObject({ lines: 3, accepted: 2, bad: [{ lineNumber: 3, field: 'known_at' }] });
    expect((await asOf('orders_index', Date.parse('2026-03-01')))?.publishedCount).toBe(2);
  });

  it('is refused by its row over HTTP, and the rows around it go in', async () => {
    const row: MacroRow = { series: 'posted', periodAt: 1e12, knownAt: 1e12, value: 1, source: 'us' };
    const answer = await post([row, { ...row, value: 'x' }, { ...row, value: 2 }], test.collector.keys.secretKey);
    expect(answer.status).toBe(202);
    const ack = (await answer.json()) as Ack; // the collector's own
    expect(ack).toMatchObject({ accepted: 2, rejected: [{ index: 1, field: 'value', reason: 'wrong_type' }] });
    await test.drained();
    expect((await asOf('posted', 1e12))?.revisions.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('comes from nobody without a signature of the secret key', async () => {
    expect((await post([], test.collector.keys.writeKey)).status).toBe(403);
    const body = JSON.stringify({ rows: [] });
    const headers = { authorization: `Bearer ${test.collector.keys.secretKey}` };
    const unsigned = await fetch(`${test.collector.url}/v1/macro-points`, { method: 'POST', body, headers });
    expect(unsigned.status).toBe(401);
    expect((await ask('', test.collector.keys.writeKey)).status).toBe(403);
  });

  it('is a question that is not understood', async () => {
    for (const query of ['?asOf=soon', '?home=china', '?name=x', '?series='])
      expect((await ask(query)).status).toBe(400);
  });

  it('is a file that is too large, is not there or is no text', async () => {
    const file = join(folder, 'large.csv');
    const handle = await open(file, 'w');
    await handle.truncate(MACRO_FILE_BYTES_MAX + 1);
    await handle.close();
    await expect(tidemark('import', '--file', file)).rejects.toThrow(/larger than 64 MiB/);
    await expect(tidemark('import', '--file', `${file}.none`)).rejects.toThrow(/cannot be read/);
    await writeFile(file, Buffer.from([0x61, 0xff, 0xfe]));
    await expect(tidemark('import', '--file', file)).rejects.toThrow(/not UTF-8/);
  });
});
