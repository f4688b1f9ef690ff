import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { isWhole, type RunOutcome } from './bridge/judge-runs.js';
import { FAULTS, planRun } from './bridge/plan.js';
import { type BridgeResult, runBridge } from './bridge/run-bridge.js';
import { writeResult } from './save-result.js';
import { UsageError, wholeNumber } from './usage-error.js';

const RUNS = 40;
/** Traces are long; the first few tell most. */
const TRACES_MAX = 3;

export const bridgeBenchmark: Benchmark = {
  name: 'bridge',
  summary:
    'what the bridge costs a page, and what it loses when pages, hosts, messages and networks die, in real Chromium',
  run: async (args) => {
    const { runs, seed, only, json, save } = readOptions(args);
    const loadAverage = loadavg()[0] ?? 0;
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const plans = Array.from({ length: runs }, (_, index) => planRun(seed + index, only));
    const { chromium, figures, outcomes } = await runBridge(plans, say);
    const failed = outcomes.filter((outcome) => !isWhole(outcome));
    for (const outcome of runs === 1 ? outcomes : failed) say(outcomeLine(outcome));
    for (const outcome of runs === 1 ? outcomes : failed.slice(0, TRACES_MAX)) sayTrace(outcome, only, say);
    say(summaryOf(figures));
    if (save) {
      const command = `pnpm bench bridge --runs ${runs} --seed ${seed} --save`;
      writeResult('bridge', command, { chromium, loadAverage, ...figures });
    }
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    const seeds = failed.map(({ run }) => run.plan.seed);
    if (seeds.length > 0) throw new UsageError(`${seeds.length} runs are not whole; their seeds: ${seeds.join(', ')}.`);
    if (!figures.aggregatesEqual || figures.numbersTwice > 0) throw new UsageError('The tables do not agree.');
  },
};

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: String(RUNS) },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
    },
  });
  const only = FAULTS.find((fault) => fault === values.only);
  if (values.only !== undefined && !only) {
    throw new UsageError(`There is no "${values.only}"; there are: ${FAULTS.join(', ')}.`);
  }
  if (values.save && only) throw new UsageError('--save takes runs of all faults, without --only.');
  const runs = wholeNumber(values.runs, 'runs', 1, 100_000);
  const seed = wholeNumber(values.seed, 'seed', 1, 2 ** 31);
  return { runs, seed, only, json: values.json, save: values.save };
}

function outcomeLine({ run, tracked, stored, lost, duplicatedInStore, lostLabels, lateStored }: RunOutcome): string {
  const { plan, report, fault } = run;
  const head = `seed ${plan.seed} (${plan.faults.join(', ')}), ${run.seconds} s`;
  if (!report) return `${head}: ${fault}`;
  const { drained, drainedAlone, state } = report;
  const counts = `tracked ${tracked}, stored ${stored}, late stored ${lateStored}, lost ${lost}, twice ${duplicatedInStore}`;
  const ends = `drained ${drained}${drainedAlone === undefined ? '' : `, alone ${drainedAlone}`}`;
  return `${head}: ${counts}, ${ends}\n  lost: ${lostLabels.join(' ')}\n  ${JSON.stringify(state)}`;
}

function sayTrace({ run }: RunOutcome, only: string | undefined, say: (line: string) => void): void {
  const { seed } = run.plan;
  say(`pnpm bench bridge --runs 1 --seed ${seed}${only ? ` --only ${only}` : ''}`);
  say(`  plan ${JSON.stringify(run.plan)}`);
  for (const line of run.report?.trace ?? []) say(`  ${line}`);
}

function summaryOf(figures: BridgeResult): string {
  const { runs, tracked, lost, duplicated, wireCopiesRatio, aggregatesEqual, numbersTwice } = figures;
  const { bridgeGzipBytes, crossMsPer100, httpWithoutHostMs } = figures;
  return [
    `${runs} runs: tracked ${tracked}, lost ${lost}, twice ${duplicated}, copies on the wire ${(100 * wireCopiesRatio).toFixed(1)} %`,
    `aggregates ${aggregatesEqual ? 'agree' : 'DIFFER'}, numbers given twice ${numbersTwice}`,
    `the bridge adds ${bridgeGzipBytes.added} bytes to a page, gzip -9; alone ${bridgeGzipBytes.alone}`,
    `a batch of 100 events crosses in ${crossMsPer100.median} ms, 95th percentile ${crossMsPer100.p95} ms`,
    `without a host, HTTP begins after ${httpWithoutHostMs} ms`,
  ].join('\n');
}
