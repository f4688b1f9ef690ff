import { parseArgs } from 'node:util';
import { MODEL_KINDS, type ModelKind, openModel, trainModel } from '@tidemark/analytics/scores';
import type { Benchmark } from './benchmark.js';
import { crossValidate, FOLDS, type FoldFigures, type Learner } from './models/cross-validate.js';
import { DATA_SETS, type DataSet, readDataSet } from './models/data-sets.js';
import { learnLogistic } from './models/logistic-reference.js';
import { measureApi } from './models/measure-api.js';
import { measureRolling } from './models/measure-rolling.js';
import { measureScoring, measureTraining } from './models/measure-speed.js';
import { measureSuccess, SUCCESS_PLAN } from './models/measure-success.js';
import { measureSklearn } from './models/sklearn-reference.js';
import { writeResult } from './save-result.js';
import { UsageError, wholeNumber } from './usage-error.js';

const SEED = 7;
const PARTS = [...DATA_SETS.map(({ name }) => name), 'rolling', 'simulator', 'speed', 'api'];

export const modelsBenchmark: Benchmark = {
  name: 'models',
  summary: 'how well and how fast models learn and score, beside a logistic regression and scikit-learn',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: PARTS.join(',') },
        folds: { type: 'string', default: String(FOLDS) },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const parts = values.only.split(',');
    const unknown = parts.find((part) => !PARTS.includes(part));
    if (unknown) throw new UsageError(`--only takes ${PARTS.join(', ')}, not "${unknown}".`);
    const folds = wholeNumber(values.folds, 'folds', 1, FOLDS);
    const measured = DATA_SETS.map(
      (set) => [set.name, parts.includes(set.name) ? measureSet(set, folds) : null] as const,
    );
    const result = {
      folds,
      ...Object.fromEntries(measured),
      rolling: parts.includes('rolling') ? measureRolling() : null,
      simulator: parts.includes('simulator') ? measureSimulator() : null,
      ...(parts.includes('speed') ? measureSpeed() : { trainSeconds: null, scoreP99Micros: null }),
      apiMs: parts.includes('api') ? await measureServing() : null,
    };
    const command = `pnpm bench models --only ${parts.join(',')} --folds ${folds} --save`;
    if (values.save) writeResult('models', command, result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

function measureSet(set: DataSet, folds: number): object {
  const table = readDataSet(set);
  const measure = (name: string, learn: Learner): FoldFigures =>
    say(set, name, crossValidate(table, set, folds, learn));
  const ofModels = MODEL_KINDS.map((kind) => [kind, measure(kind, learnerOf(kind))] as const);
  const logistic = measure('logistic', learnLogistic);
  const sklearn = measureSklearn(set, folds);
  if (sklearn) say(set, 'sklearn', sklearn);
  return { ...Object.fromEntries(ofModels), reference: { logistic, sklearn } };
}

function learnerOf(kind: ModelKind): Learner {
  return (train, test, { target, positive, drop }) => {
    const { model } = trainModel(train, { kind, target, positive, drop, seed: SEED });
    return openModel(model).probabilities(test);
  };
}

function measureSimulator(): object {
  const { figures } = measureSuccess(SUCCESS_PLAN);
  const { logLossRatio, fullLogLossRatio, coverage, coverageError, setCoverage, setCoverageError } = figures;
  const betweenMarkets = figures.coverageErrorOfMarkets?.toFixed(3) ?? 'not known';
  process.stderr.write(
    `simulator: log-loss ${logLossRatio.toFixed(4)} of the truth's (filled whole ${fullLogLossRatio.toFixed(4)}); intervals hold ${coverage.toFixed(3)} (.95 +- ${coverageError.toFixed(3)}, between markets +- ${betweenMarkets}), sets ${setCoverage.toFixed(3)} (.9 +- ${setCoverageError.toFixed(3)})\n`,
  );
  return figures;
}

/** By a model of few orders, but of the same size of trees as one of many. */
async function measureServing(): Promise<object> {
  const { model } = measureSuccess({ ...SUCCESS_PLAN, trainSeeds: 4, testSeeds: 1 });
  const figures = await measureApi(model);
  const { p50, p99, p999, cold, failed } = figures;
  process.stderr.write(
    `api: p50 / p99 / p99.9 ${[p50, p99, p999].map((ms) => ms.toFixed(1)).join(' / ')} ms, cold p99 ${cold.toFixed(1)} ms, ${failed} failed\n`,
  );
  return figures;
}

function measureSpeed(): object {
  const trainSeconds: Record<string, number> = {};
  const trainCpuSeconds: Record<string, number> = {};
  const scoreP99MicrosOf: Record<string, number> = {};
  for (const kind of ['boosting', 'glassbox'] as const) {
    const { seconds, cpuSeconds, model, table } = measureTraining(kind);
    trainSeconds[kind] = seconds;
    trainCpuSeconds[kind] = cpuSeconds;
    scoreP99MicrosOf[kind] = measureScoring(model, table);
    process.stderr.write(
      `${kind}: 150,000 x 10 in ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processors); a row in ${scoreP99MicrosOf[kind]?.toFixed(1)} us (p99)\n`,
    );
  }
  // The glass-box is the table that scores are looked up in.
  return { trainSeconds, trainCpuSeconds, scoreP99Micros: scoreP99MicrosOf.glassbox, scoreP99MicrosOf };
}

function say(set: DataSet, name: string, figures: FoldFigures): FoldFigures {
  const { auc, logLoss, brier, ece, lift10 } = figures;
  const shown = [auc, logLoss, brier, ece].map((figure) => figure.toFixed(4)).join(' / ');
  process.stderr.write(`${set.name} ${name}: AUC / log-loss / Brier / ECE ${shown}, lift ${lift10.toFixed(2)}\n`);
  return figures;
}
