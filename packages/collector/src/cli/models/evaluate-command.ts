import { performance } from 'node:perf_hooks';
import { evaluateScores, openModel, type RawTable, readForModel, readLabels } from '@tidemark/analytics/scores';
import { TidemarkError } from '../../observe/errors.js';
import { formatTable } from '../format-table.js';
import { readCsvFile, withInput } from './read-tables.js';
import { scoreRolling } from './score-rolling.js';
import { type TrainingArguments, trainFromArguments } from './train-from-files.js';

export interface EvaluateArguments extends TrainingArguments {
  readonly test: string;
  readonly rolling?: number;
}

interface Figures {
  readonly AUC: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly ece: number;
  readonly ks: number;
  readonly lift10: number;
}

/** What `tidemark evaluate --json` prints. */
interface Evaluation extends Figures {
  readonly model: string;
  readonly trainRows: number;
  readonly testRows: number;
  /** Rolling: of one training. */
  readonly trainSeconds: number;
  /** Mean time to score one row given as cells. */
  readonly scoreMicros: number | null;
  readonly rolling?: { readonly every: number; readonly refits: number; readonly raw: Figures };
  readonly notes: readonly string[];
}

/** `tidemark evaluate`: trains on one table, measures on another. */
export function evaluateCommand(options: EvaluateArguments): Promise<void> {
  return withInput(async () => {
    const train = await readCsvFile(options.train, options.separator);
    const test = await readCsvFile(options.test, options.separator);
    const { rolling } = options;
    const result =
      rolling === undefined
        ? await evaluate(train, test, options)
        : await evaluateRolling(train, test, options, rolling);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result));
  });
}

async function evaluate(train: RawTable, test: RawTable, options: EvaluateArguments): Promise<Evaluation> {
  const started = performance.now();
  const { model } = await trainFromArguments(train, options);
  const trainSeconds = (performance.now() - started) / 1000;
  const { target, positive } = model.card;
  const { labels } = readLabels(readForModel(test, { columns: [] }, [target]), target, positive);
  const scorer = openModel(model);
  const probabilities = scorer.probabilities(readForModel(test, model));
  return {
    model: model.body.kind,
    trainRows: train.rows.length,
    testRows: test.rows.length,
    ...figuresOf(probabilities, labels),
    trainSeconds,
    scoreMicros: timeRows(test, scorer),
    notes: model.card.notes,
  };
}

/** The same figures of what would have been served; beside them what the models said before they were recalibrated. */
async function evaluateRolling(
  train: RawTable,
  test: RawTable,
  options: EvaluateArguments,
  every: number,
): Promise<Evaluation> {
  const started = performance.now();
  const { served, raw, labels, refits } = await scoreRolling(train, test, options, every);
  const seconds = (performance.now() - started) / 1000;
  return {
    model: options.model,
    trainRows: train.rows.length,
    testRows: test.rows.length,
    ...figuresOf(served, labels),
    trainSeconds: seconds / refits,
    // Nearly all of the time goes into training: what a score takes is measured without --rolling.
    scoreMicros: null,
    rolling: { every, refits, raw: figuresOf(raw, labels) },
    notes: [],
  };
}

function figuresOf(probabilities: Float64Array, labels: Uint8Array): Figures {
  const { auc, logLoss, brier, ece, ks, lift10 } = evaluateScores(probabilities, labels);
  if (auc === null || ks === null || lift10 === null) {
    throw new TidemarkError(
      'model_input_unusable',
      'Every test row has the same outcome: measuring needs rows of both.',
    );
  }
  return { AUC: auc, logLoss, brier, ece, ks, lift10 };
}

function timeRows(test: RawTable, scorer: ReturnType<typeof openModel>): number {
  const places = scorer.columns.map((name) => test.names.indexOf(name));
  const rows = test.rows.map((row) => places.map((place) => row[place]));
  const started = performance.now();
  for (const row of rows) scorer.probability(row);
  return ((performance.now() - started) * 1000) / rows.length;
}

function describe(result: Evaluation): string {
  const digits = (value: number, places: number): string => value.toFixed(places);
  const table = formatTable(
    ['measure', 'value'],
    [
      ['AUC', digits(result.AUC, 4)],
      ['log-loss', digits(result.logLoss, 4)],
      ['Brier score', digits(result.brier, 4)],
      ['calibration error (ECE)', digits(result.ece, 4)],
      ['KS', digits(result.ks, 4)],
      ['lift of the best tenth', digits(result.lift10, 2)],
      ['seconds to train', digits(result.trainSeconds, 1)],
      ['microseconds to score a row', result.scoreMicros === null ? '-' : digits(result.scoreMicros, 1)],
    ],
  );
  return `${[`${result.model}: ${result.trainRows} rows to learn from, ${result.testRows} to test`, ...result.notes].join('\n')}\n${table}`;
}
