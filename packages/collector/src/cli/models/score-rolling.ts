import {
  buildTable,
  openModel,
  type RawTable,
  type RollingScores,
  readLabels,
  type Table,
  takeRows,
  testThenTrain,
  trainModel,
} from '@tidemark/analytics/scores';
import { TidemarkError } from '../../observe/errors.js';
import { readMonotone } from './read-tables.js';
import type { TrainingArguments } from './train-from-files.js';

/**
 * Scores the test rows in their order, `every` rows at a time; before each such stretch the model learns anew from
 * all rows before it, and between the rows its probabilities are recalibrated by the outcomes so far.
 */
export async function scoreRolling(
  train: RawTable,
  test: RawTable,
  options: TrainingArguments,
  every: number,
): Promise<RollingScores> {
  const table = joinTables(train, test);
  const { target, drop, model: kind, special: specials, positiveIs, seed } = options;
  const monotone = await readMonotone(options.monotone);
  const { labels, positive } = readLabels(table, target, options.positive);
  const fit = (rows: Int32Array) => {
    const settings = { kind, target, positive, positiveIs, drop, monotone, specials, seed };
    const scorer = openModel(trainModel(takeRows(table, rows), settings).model);
    return (asked: Int32Array) => scorer.probabilities(takeRows(table, asked));
  };
  return testThenTrain(fit, { labels, start: train.rows.length, every });
}

/** One table, so that categories have the same codes in both parts. */
function joinTables(train: RawTable, test: RawTable): Table {
  const missing = train.names.filter((name) => !test.names.includes(name));
  if (missing.length > 0) {
    throw new TidemarkError(
      'model_input_unusable',
      `The test table lacks columns of the other: ${missing.join(', ')}.`,
    );
  }
  const places = train.names.map((name) => test.names.indexOf(name));
  return buildTable({
    names: train.names,
    rows: [...train.rows, ...test.rows.map((row) => places.map((place) => row[place]))],
  });
}
