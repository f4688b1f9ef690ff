import {
  createCalibrationAlarm,
  createPopulationAlarm,
  dropColumns,
  type Evaluation,
  evaluateScores,
  type FitRows,
  openModel,
  readLabels,
  rowNumbers,
  type Table,
  takeRows,
  testThenTrain,
  trainModel,
} from '@tidemark/analytics/scores';
import { createRandom } from '../load/random.js';
import { DATA_SETS, readDataSet } from './data-sets.js';

interface RollingPart {
  readonly auc: number | null;
  readonly logLoss: number;
  readonly ece: number;
}

export interface RollingFigures extends RollingPart {
  /** The model of the first day, never trained again. */
  readonly static: RollingPart;
  /** Refitted, but not recalibrated between trainings. */
  readonly refitted: RollingPart;
  /** How many rows of the last fifth had passed when an alarm went off over the static model; null for never. */
  readonly alarmAtRow: number | null;
  /** Of each alarm: over what its rows are like, over what became of them. */
  readonly alarms: { readonly population: number | null; readonly calibration: number | null };
}

const SEED = 7;
const REFIT_EVERY = 500;
/** Of rows in order of date; the last fifth is scored. */
const HISTORY = 0.8;
/** Each of two alarms: so that either goes off falsely once in 10,000 rows at the most. */
const ROWS_PER_FALSE_ALARM = 20_000;

/** The honest scheme on the calls of the bank: score, then learn; refitted every 500 rows, recalibrated by each outcome. */
export function measureRolling(): RollingFigures {
  const set = DATA_SETS[0];
  if (!set) throw new TypeError('there are no data sets');
  const table = readDataSet(set);
  const { labels } = readLabels(table, set.target, set.positive);
  const start = Math.floor(HISTORY * labels.length);
  const fit: FitRows = (train) => {
    const { target, positive, drop } = set;
    const { model } = trainModel(takeRows(table, train), { kind: 'boosting', target, positive, drop, seed: SEED });
    const scorer = openModel(model);
    return (rows) => scorer.probabilities(takeRows(table, rows));
  };
  const once = fit(rowNumbers(0, start))(rowNumbers(start, labels.length));
  const rolled = testThenTrain(fit, { labels, start, every: REFIT_EVERY });
  const alarms = alarmsOf(dropColumns(table, [set.target, ...set.drop]), start, once, rolled.labels);
  const atRows = [alarms.population, alarms.calibration].filter((row) => row !== null);
  const figures = {
    ...partOf(evaluateScores(rolled.served, rolled.labels)),
    static: partOf(evaluateScores(once, rolled.labels)),
    refitted: partOf(evaluateScores(rolled.raw, rolled.labels)),
    alarmAtRow: atRows.length > 0 ? Math.min(...atRows) : null,
    alarms,
  };
  const show = ({ auc, logLoss, ece }: RollingPart): string =>
    [auc ?? Number.NaN, logLoss, ece].map((figure) => figure.toFixed(4)).join(' / ');
  process.stderr.write(
    `rolling: AUC / log-loss / ECE ${show(figures)}; refitted alone ${show(figures.refitted)}; static ${show(figures.static)}, alarm over the rows at row ${alarms.population}, over their outcomes at ${alarms.calibration}\n`,
  );
  return figures;
}

function alarmsOf(
  { columns }: Table,
  start: number,
  said: ArrayLike<number>,
  labels: ArrayLike<number>,
): RollingFigures['alarms'] {
  const options = { rowsPerFalseAlarm: ROWS_PER_FALSE_ALARM, random: createRandom(SEED) };
  const numbers = columns.map((column) => (column.kind === 'numeric' ? column.values : column.codes));
  const population = createPopulationAlarm(
    numbers.map((values) => values.subarray(0, start)),
    options,
  );
  const calibration = createCalibrationAlarm(options);
  const firstOf = (observe: (row: number) => boolean): number | null => {
    for (let row = 0; row < labels.length; row += 1) if (observe(row)) return row + 1;
    return null;
  };
  return {
    population: firstOf((row) => population.observe(numbers.map((values) => Number(values[start + row])))),
    calibration: firstOf((row) => calibration.observe(Number(said[row]), Number(labels[row]))),
  };
}

function partOf({ auc, logLoss, ece }: Evaluation): RollingPart {
  return { auc, logLoss, ece };
}
