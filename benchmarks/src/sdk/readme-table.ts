import type { SavedRun } from '../save-result.js';
import { figureRows, showBound, showValue } from './figure-rows.js';
import type { SdkFigures } from './measure-figures.js';
import type { ScenarioOutcome } from './run-scenarios.js';

/** What `benchmarks/results/sdk.json` holds. */
export interface SdkResult extends SdkFigures, SavedRun {
  readonly chromium: string;
  /** Of the last minute before the start. */
  readonly loadAverage: number;
}

/** The tables of the README: figures with their bounds, and what became of the events of each scenario. */
export function renderSdk(result: SdkResult): string {
  const { machine, scenarios } = result;
  const names = [...new Set(scenarios.map(({ name }) => name))];
  return [
    `\`${result.command}\`, the script as built in Chromium ${result.chromium} without a window. ${machine.processor}, ${machine.cores} shared cores,`,
    `Node ${machine.node}, load average ${result.loadAverage} at the start.`,
    '',
    '| what | figure | at most |',
    '| --- | --- | --- |',
    ...figureRows(result).map((row) => `| ${row.what} | ${showValue(row)} | ${showBound(row)} |`),
    '',
    'Against a real collector through a proxy that resets, cuts and delays by a seed; then every event is looked for in the',
    "tables. Copies are events that came again although the collector had taken them; the browser's own are left out.",
    '',
    '| scenario | runs | tracked | lost | twice in the store | copies on the wire |',
    '| --- | --- | --- | --- | --- | --- |',
    ...names.map((name) =>
      renderScenario(
        name,
        scenarios.filter((one) => one.name === name),
      ),
    ),
    '',
  ].join('\n');
}

function renderScenario(name: string, runs: readonly ScenarioOutcome[]): string {
  const played = runs.filter((run) => run.skipped === undefined && run.fault === undefined);
  if (played.length < runs.length) return `| ${name} | not played | | | | |`;
  const sum = (count: (run: ScenarioOutcome) => number) =>
    played.reduce((total, run) => total + count(run), 0).toLocaleString('en-US');
  const most = Math.max(...played.map(({ wireCopiesRatio }) => wireCopiesRatio));
  const counts = [sum(({ tracked }) => tracked), sum(({ lost }) => lost), sum((run) => run.duplicatedInStore)];
  return `| ${[name, played.length, ...counts, `${Math.round(100 * most)} %`].join(' | ')} |`;
}
