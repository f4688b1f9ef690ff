import { expect, it, vi } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { evaluateScores } from '../evaluation/evaluate-scores.js';
import { buildTable } from '../table/build-table.js';
import type { Cell, RawTable } from '../table/table.js';
import { readForModel } from './match-columns.js';
import { MODEL_KINDS, type ModelKind } from './model.js';
import { readModel, writeModel } from './model-file.js';
import { openModel } from './open-model.js';
import { trainModel } from './train-model.js';

// It trains a dozen small models, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 60_000 });

/** Success rises with x, has a hump in h, crosses u and v, and depends on the shop; some x are missing or a code. */
function makeRows(count: number, seed: number): RawTable {
  const random = seededRandom(seed);
  const rows = Array.from({ length: count }, (): Cell[] => {
    const [x, h, u, v] = [random() * 4, random() * 4, random(), random()];
    const shop = 'abcdefgh'[Math.floor(random() * 8)] ?? '';
    const isMissing = random() < 0.1;
    const isCode = !isMissing && random() < 0.05;
    const known = isMissing ? 1.5 : isCode ? -2 : x - 2;
    const logOdds = known - Math.abs(h - 2) + (u > 0.5 === v > 0.5 ? 1 : -1) + ('aceg'.includes(shop) ? 0.7 : -0.7);
    const y = random() < 1 / (1 + Math.exp(-logOdds)) ? 'yes' : 'no';
    return [isMissing ? '' : isCode ? -7 : x, h, u, v, shop, y];
  });
  return { names: ['x', 'h', 'u', 'v', 'shop', 'y'], rows };
}

const train = makeRows(1200, 1);
const test = makeRows(2000, 2);
const labels = Uint8Array.from(test.rows, (row) => (row[5] === 'yes' ? 1 : 0));
const settings = { target: 'y', specials: [-7], monotone: { x: 1 } as const };
const models = new Map(MODEL_KINDS.map((kind) => [kind, trainModel(buildTable(train), { ...settings, kind }).model]));

function modelOf(kind: ModelKind) {
  const model = models.get(kind);
  if (!model) throw new Error(`no ${kind}`);
  return model;
}

it.each([
  ['boosting', 0.8],
  ['glassbox', 0.8],
  ['scorecard', 0.74], // it adds features up: what u and v say together is beyond it
] as const)('%s orders new rows well, and its probabilities are what happens', (kind, least) => {
  const model = modelOf(kind);
  const figures = evaluateScores(openModel(model).probabilities(readForModel(test, model)), labels);
  expect(figures.auc).toBeGreaterThan(least);
  expect(figures.ece).toBeLessThan(0.05);
});

it.each(MODEL_KINDS)('%s is the same for the same seed, to the last digit', (kind) => {
  const table = buildTable({ ...train, rows: train.rows.slice(0, 300) });
  const write = (): string => writeModel(trainModel(table, { ...settings, kind }).model);
  expect(write()).toBe(write());
});

it.each(MODEL_KINDS)('%s rises with a feature it was told to rise with, though the data fall in part', (kind) => {
  const table = buildTable({ ...train, rows: train.rows.slice(0, 600) });
  const { model } = trainModel(table, { ...settings, kind, monotone: { x: 1, h: 1 } }); // h has a hump in truth
  const scorer = openModel(model);
  for (const [x, h, u, v, shop] of test.rows.slice(0, 40)) {
    const along = Array.from({ length: 81 }, (_, at) => [
      scorer.probability([at / 20, h, u, v, shop]),
      scorer.probability([x, at / 20, u, v, shop]),
    ]);
    for (const [at, [ofX = 0, ofH = 0]] of along.entries()) {
      const [beforeX = 0, beforeH = 0] = along[at - 1] ?? [];
      expect(ofX).toBeGreaterThanOrEqual(beforeX - 1e-12);
      expect(ofH).toBeGreaterThanOrEqual(beforeH - 1e-12);
    }
  }
});

it.each(MODEL_KINDS)('%s learns what missing and special codes mean, against the order of the numbers', (kind) => {
  const scorer = openModel(modelOf(kind));
  const [missing, code, middle] = ['', -7, 2].map((x) => scorer.probability([x, 2, 0.9, 0.9, 'b']));
  expect(missing).toBeGreaterThan(middle ?? 1);
  expect(code).toBeLessThan(middle ?? 0);
});

it.each(MODEL_KINDS)('%s gives one row what it gives the table, with an interval, points and reasons', (kind) => {
  const model = modelOf(kind);
  const scorer = openModel(model);
  const scores = scorer.scores(readForModel(test, model));
  for (const [row, cells] of test.rows.slice(0, 100).entries()) {
    expect(scorer.score(cells)).toEqual(scores[row]);
    expect(scorer.probability(cells)).toBe(scores[row]?.probability);
  }
  for (const { probability, low, high, points, reasons } of scores) {
    expect(low).toBeLessThanOrEqual(probability);
    expect(high).toBeGreaterThanOrEqual(probability);
    expect(points).toBeCloseTo(387.603624 + 72.134752 * Math.log(probability / (1 - probability)), 3);
    expect(reasons.every((reason) => reason.points <= -1)).toBe(true);
  }
  const [worst] = scorer.score([0, 0, 0.9, 0.1, 'b']).reasons;
  expect(worst?.text).toMatch(/^(x|h) is below [\d.]+, which costs \d+ points against the average\.$/);
});

it.each(MODEL_KINDS)('%s comes back from its file as it was', (kind) => {
  const model = modelOf(kind);
  const [read, kept] = [openModel(readModel(writeModel(model))), openModel(model)];
  for (const cells of test.rows.slice(0, 50)) expect(read.score(cells)).toEqual(kept.score(cells));
});

it('finds the pair that the glass-box needs, and takes what one feature says alone out of it', () => {
  const { body } = modelOf('glassbox');
  if (body.kind !== 'glassbox') throw new Error('it is a glass-box');
  const [first] = body.pairs;
  expect([first?.a.feature, first?.b.feature].map((at) => body.features[at ?? -1]?.name)).toEqual(['u', 'v']);
  const { values = [], rows: counts = [] } = body.shapes[2] ?? {};
  const meanOfU =
    values.reduce((sum, value, code) => sum + Math.abs(value) * (counts[code] ?? 0), 0) / train.rows.length;
  expect(meanOfU).toBeLessThan(0.3); // by itself it says nothing: what is here is chance
  expect(Math.max(...(first?.values.map(Math.abs) ?? []))).toBeGreaterThan(0.6);
  expect(body.shapes.every(({ errors }) => errors.every((error) => error >= 0 && error < 2))).toBe(true);
});

it.each([
  ['no rows', [], /no rows to learn from/],
  ['10 rows', train.rows.slice(0, 10), /10 rows with \d+ successes are too few|same outcome/],
  ['one outcome', train.rows.filter((row) => row[5] === 'yes'), /Every row has the same outcome/],
])('refuses %s in a sentence', (_, rows, sentence) => {
  const table = buildTable({ ...train, rows });
  expect(() => trainModel(table, { target: 'y', positive: rows.length ? 'yes' : undefined, kind: 'boosting' })).toThrow(
    rows.length ? sentence : /Say which label counts|no rows/,
  );
});

it('refuses a direction of a category or of a column that is not there', () => {
  for (const [monotone, sentence] of [
    [{ shop: 1 }, /"shop" has categories, which have no order/],
    [{ z: -1 }, /column "z", which the model does not use/],
  ] as const) {
    for (const kind of MODEL_KINDS) {
      expect(() => trainModel(buildTable(train), { target: 'y', kind, monotone })).toThrow(sentence);
    }
  }
});

it.each(MODEL_KINDS)('%s passes over useless columns, takes a thousand categories, and never says NaN', (kind) => {
  const odd = {
    names: [...train.names, 'same', 'empty', 'id'],
    rows: train.rows.slice(0, 1000).map((row, at) => [...row, 5, '', `id${at}`]),
  };
  const { model } = trainModel(buildTable(odd), { target: 'y', kind });
  expect(model.columns.map(({ name }) => name)).toEqual(['x', 'h', 'u', 'v', 'shop', 'id']);
  expect(model.card.notes).toEqual([
    'Column "same" is left out: it is the same in every row.',
    'Column "empty" is left out: it has no values.',
    'Column "id" has 1000 categories: the rarest share one bin.',
  ]);
  const strange: RawTable = {
    names: ['id', 'shop', 'v', 'u', 'h', 'x'],
    rows: [
      ['', '', '', '', '', ''],
      ['never', 'never', '-1e300', '5', '-0', '1e-320'],
    ],
  };
  for (const { probability, low, high, points } of openModel(model).scores(readForModel(strange, model))) {
    expect([probability, low, high, points].every(Number.isFinite)).toBe(true);
  }
});

it('warns of a column that tells the outcome by itself', () => {
  const leaking = {
    names: [...train.names, 'leak'],
    rows: train.rows.map((row, at) => [...row, row[5] === 'yes' ? at : -at]),
  };
  expect(trainModel(buildTable(leaking), { target: 'y', kind: 'scorecard' }).model.card.notes).toEqual([
    expect.stringMatching(/^Column "leak" alone tells the outcome \(AUC 1\.000\): .* \(--drop leak\)\.$/),
  ]);
});

it('says which columns a table lacks', () => {
  expect(() => readForModel({ names: ['x', 'q'], rows: [] }, modelOf('boosting'))).toThrow(
    'The table lacks columns the model was trained on: h, u, v, shop. It has: x, q.',
  );
});
