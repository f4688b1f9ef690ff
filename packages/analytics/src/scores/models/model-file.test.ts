import { expect, it } from 'vitest';
import { buildTable } from '../table/build-table.js';
import { readModel, writeModel } from './model-file.js';
import { trainModel } from './train-model.js';

const rows = Array.from({ length: 200 }, (_, at) => [at % 17, (at * 7) % 5 < 2 ? 1 : 0]);
const { model } = trainModel(buildTable({ names: ['x', 'y'], rows }), { target: 'y', kind: 'scorecard' });
const text = writeModel(model);

it('refuses a file with any one character changed, or cut off anywhere', () => {
  for (let at = 0; at < text.length - 1; at += 7) {
    const changed = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
    expect(() => readModel(changed)).toThrow(/damaged or was edited|no JSON|no Tidemark model|of version/);
    expect(() => readModel(text.slice(0, at))).toThrow(/no JSON/);
  }
});

it.each([
  ['{}', /no Tidemark model/],
  ['[1]', /no Tidemark model/],
  ['null', /no Tidemark model/],
  ['{"model":{"format":"other"}}', /no Tidemark model/],
  [text.replace('"version":1', '"version":99'), /of version 99, this release reads 1: train it anew/],
])('refuses what is no model of this release', (foreign, sentence) => {
  expect(() => readModel(foreign)).toThrow(sentence);
});
