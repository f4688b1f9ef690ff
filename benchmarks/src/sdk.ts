import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { saveResult } from './save-result.js';
import { type FigureRow, figureRows, isWithin, showBound, showValue } from './sdk/figure-rows.js';
import type { SdkFigures } from './sdk/measure-figures.js';
import { renderSdk } from './sdk/readme-table.js';
import { isWhole, planRuns, type ScenarioOutcome } from './sdk/run-scenarios.js';
import { runSdk, type SdkRun } from './sdk/run-sdk.js';
import { SCENARIOS } from './sdk/scenarios/all.js';
import { UsageError, wholeNumber } from './usage-error.js';

const SEEDS = 5;
/** What `--only` may name. */
const PARTS = ['figures', 'dwell', ...SCENARIOS.map(({ name }) => name)];

export const sdkBenchmark: Benchmark = {
  name: 'sdk',
  summary: 'what the browser SDK costs a page, and what it loses on bad networks and in crashes, in real Chromium',
  run: async (args) => {
    const { plan, json, save, seeds } = readOptions(args);
    const loadAverage = loadavg()[0] ?? 0;
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const run = await runSdk(plan, say);
    const figures = figuresOf(run);
    const rows = isComplete(figures) ? figureRows(figures) : [];
    for (const row of rows) say(figureLine(row));
    for (const outcome of figures.scenarios) say(scenarioLine(outcome));
    if (save && isComplete(figures)) {
      const command = `pnpm bench sdk --seeds ${seeds} --save`;
      saveResult('sdk', command, { chromium: run.chromium, loadAverage, ...figures }, renderSdk);
    }
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    const faults =
      rows.filter((row) => !isWithin(row)).length + figures.scenarios.filter((one) => !isWhole(one)).length;
    if (faults > 0)
      throw new UsageError(`${faults} of these lines are not as they should be; each is marked with a !.`);
  },
};

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      seeds: { type: 'string', default: String(SEEDS) },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
    },
  });
  const { only, json, save } = values;
  const stranger = only.find((name) => !PARTS.includes(name));
  if (stranger !== undefined) throw new UsageError(`There is no "${stranger}"; there are: ${PARTS.join(', ')}.`);
  if (save && only.length > 0) throw new UsageError('--save takes a complete run, without --only.');
  const isAsked = (name: string) => only.length === 0 || only.includes(name);
  const seeds = wholeNumber(values.seeds, 'seeds', 1, 100);
  const scenarios = SCENARIOS.filter(({ name }) => isAsked(name));
  const runs = planRuns(
    scenarios,
    Array.from({ length: seeds }, (_, index) => index + 1),
  );
  return { plan: { figures: isAsked('figures'), dwell: isAsked('dwell'), runs }, json, save, seeds };
}

type AskedFigures = Partial<SdkFigures> & Pick<SdkFigures, 'scenarios'>;

function figuresOf({ figures, dwellErrorMs, scenarios }: SdkRun): AskedFigures {
  return { ...figures, ...(dwellErrorMs ? { dwellErrorMs } : {}), scenarios };
}

/** Whether nothing was left out by `--only`. */
function isComplete(figures: AskedFigures): figures is SdkFigures {
  return figures.initMs !== undefined && figures.dwellErrorMs !== undefined;
}

function figureLine(row: FigureRow): string {
  const bound = row.atMost === undefined ? '' : `at most ${showBound(row)}`;
  return `${isWithin(row) ? ' ' : '!'} ${row.what.padEnd(64)} ${showValue(row).padStart(16)}   ${bound}`;
}

function scenarioLine(outcome: ScenarioOutcome): string {
  const { name, seed, tracked, stored, lost, duplicatedInStore, wireCopiesRatio, browserCopies } = outcome;
  const head = `${isWhole(outcome) ? ' ' : '!'} ${name.padEnd(28)} seed ${String(seed).padEnd(3)}`;
  if (outcome.skipped !== undefined) return `${head} skipped: ${outcome.skipped}`;
  if (outcome.fault !== undefined) return `${head} ${outcome.fault}`;
  const copies = `wire copies ${wireCopiesRatio.toFixed(2)}, the browser's own ${browserCopies}`;
  const notes = Object.entries({
    ...outcome.notes,
    ...(outcome.lateStored > 0 ? { lateStored: outcome.lateStored } : {}),
  }).map(([key, value]) => `, ${key} ${value}`);
  const told = isWhole(outcome)
    ? ''
    : `, acknowledged ${outcome.acknowledged}, health ${JSON.stringify(outcome.health)}`;
  const counts = `tracked ${tracked}, stored ${stored}, lost ${lost}, twice ${duplicatedInStore}`;
  return `${head} ${counts}, ${copies}${notes.join('')}${told}`;
}
