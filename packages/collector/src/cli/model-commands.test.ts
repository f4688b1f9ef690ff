import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TidemarkError } from '../observe/errors.js';
import { addModelCommands } from './model-commands.js';

// Models are trained here, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 60_000 });

let directory = '';
const at = (name: string): string => join(directory, name);

/** Success rises with volume and falls with price; 400 rows, quoted in part. */
function makeCsv(first: number): string {
  const rows = Array.from({ length: 400 }, (_, row) => {
    const [volume, price] = [(row * 37 + first) % 101, (row * 53 + first) % 97];
    const success = volume - price + ((row * 71) % 60) - 30 > 0;
    return `${volume};${price};"kind ${row % 3}";${success ? 'yes' : 'no'}`;
  });
  return `${['volume;price;"a kind";filled', ...rows].join('\n')}\n`;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-models-'));
  writeFileSync(at('a.csv'), makeCsv(0));
  writeFileSync(at('b.csv'), makeCsv(11));
  writeFileSync(at('directions.json'), '{"volume": 1, "price": -1}');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(...args: string[]): Promise<string> {
  const program = new Command().exitOverride();
  addModelCommands(program);
  let printed = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await program.parseAsync(['node', 'tidemark', ...args]);
  } finally {
    spy.mockRestore();
  }
  return printed;
}

const TABLES = (): string[] => ['--train', at('a.csv'), '--target', 'filled', '--separator', ';'];

it('evaluates a model of one table on another, in the fields that were promised', async () => {
  const options = [
    '--test',
    at('b.csv'),
    '--positive',
    'yes',
    '--model',
    'scorecard',
    '--monotone',
    at('directions.json'),
  ];
  const printed = await run(
    'evaluate',
    ...TABLES(),
    ...options,
    '--drop',
    'a kind',
    '--special',
    '-7,-8',
    '--seed',
    '3',
    '--json',
  );
  const result = JSON.parse(printed);
  for (const field of ['AUC', 'logLoss', 'brier', 'ece', 'ks', 'lift10', 'trainSeconds', 'scoreMicros']) {
    expect(result[field], field).toEqual(expect.any(Number));
  }
  expect(result.AUC).toBeGreaterThan(0.85);
  expect(result.logLoss).toBeLessThan(0.5);
  expect(result).toMatchObject({ model: 'scorecard', trainRows: 400, testRows: 400 });
});

it('scores the test rows as they come, and learns from them before the next', async () => {
  const printed = await run(
    'evaluate',
    ...TABLES(),
    '--test',
    at('b.csv'),
    '--model',
    'scorecard',
    '--rolling',
    '150',
    '--json',
  );
  const result = JSON.parse(printed);
  expect(result).toMatchObject({ testRows: 400, rolling: { every: 150, refits: 3 } });
  expect(result.AUC).toBeGreaterThan(0.85);
  expect(result.logLoss).not.toBe(result.rolling.raw.logLoss);
});

it('trains a model and scores a table with it: a line a row, with reasons that read like sentences', async () => {
  const trained = await run('train', ...TABLES(), '--model', 'glassbox', '--output', at('m.json'));
  expect(trained).toContain('glassbox of 3 columns, 400 rows');
  await run('score', '--model', at('m.json'), '--input', at('b.csv'), '--separator', ';', '--output', at('p.csv'));
  const [head, ...lines] = readFileSync(at('p.csv'), 'utf8').trimEnd().split('\n');
  expect(head).toBe('probability,low,high,points,reasons');
  expect(lines).toHaveLength(400);
  expect(lines[0]).toMatch(
    /^0\.\d{6},0\.\d{6},0\.\d{6},-?\d+\.\d,".*volume is .*, which costs \d+ points against the average\..*"$/,
  );
});

it.each([
  [
    ['evaluate', '--test', 'b.csv', '--target', 'price', '--positive', 'cheap'],
    /No row has the positive label "cheap"/,
  ],
  [['evaluate', '--test', 'm-none.csv', '--target', 'filled'], /m-none\.csv cannot be read/],
  [['evaluate', '--test', 'b.csv', '--target', 'filled', '--monotone', 'a.csv'], /a\.csv is no list of directions/],
  [
    ['train', '--output', 'x.json', '--target', 'none'],
    /There is no column "none" to predict; there are: volume, price/,
  ],
])('says in a sentence what is wrong with %j', async (args, sentence) => {
  const placed = args.map((arg) => (/\.(csv|json)$/.test(arg) ? at(arg) : arg));
  const failed = run(...placed, '--train', at('a.csv'), '--separator', ';');
  await expect(failed).rejects.toThrow(sentence);
  await expect(failed).rejects.toBeInstanceOf(TidemarkError);
});

it('refuses a table without the columns of the model, and a model that was edited', async () => {
  await run('train', ...TABLES(), '--model', 'scorecard', '--output', at('card.json'));
  writeFileSync(at('narrow.csv'), 'volume\n3\n');
  const narrow = run('score', '--model', at('card.json'), '--input', at('narrow.csv'), '--output', at('p.csv'));
  await expect(narrow).rejects.toThrow('The table lacks columns the model was trained on: price, a kind.');
  writeFileSync(at('edited.json'), readFileSync(at('card.json'), 'utf8').replace('"seed":1', '"seed":2'));
  const edited = run('score', '--model', at('edited.json'), '--input', at('b.csv'), '--output', at('p.csv'));
  await expect(edited).rejects.toThrow(/its checksum does not fit/);
});
