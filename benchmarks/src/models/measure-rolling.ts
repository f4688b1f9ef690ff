import {
  createCalibrationAlarm,
  type Evaluation,
  evaluateScores,
  type FitRows,
  openModel,
  readLabels,
  rowNumbers,
  takeRows,
  testThenTrain,
  trainModel,
} from '@tidemark/analytics/scores';
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
  /** How many rows of the last fifth had passed when the alarm went off over the static model; null for never. */
  readonly alarmAtRow: number | null;
}

const SEED = 7;
const REFIT_EVERY = 500;
/** Of rows in order of date; the last fifth is scored. */
const HISTORY = 0.8;

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
  const alarm = createCalibrationAlarm();
  const alarmAt = rolled.labels.findIndex((label, row) => alarm.observe(Number(once[row]), label));
  const figures = {
    ...partOf(evaluateScores(rolled.served, rolled.labels)),
    static: partOf(evaluateScores(once, rolled.labels)),
    refitted: partOf(evaluateScores(rolled.raw, rolled.labels)),
    alarmAtRow: alarmAt < 0 ? null : alarmAt + 1,
  };
  const show = ({ auc, logLoss, ece }: RollingPart): string =>
    [auc ?? Number.NaN, logLoss, ece].map((figure) => figure.toFixed(4)).join(' / ');
  process.stderr.write(
    `rolling: AUC / log-loss / ECE ${show(figures)}; refitted alone ${show(figures.refitted)}; static ${show(figures.static)}, alarm at row ${figures.alarmAtRow}\n`,
  );
  return figures;
}

function partOf({ auc, logLoss, ece }: Evaluation): RollingPart {
  return { auc, logLoss, ece };
}
