import { writeFile } from 'node:fs/promises';
import {
  createSimulation,
  DEFAULT_START_AT,
  type SettingsRefusal,
  type Simulation,
} from '@tidemark/analytics/simulator';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import { findCollector } from './find-collector.js';
import { parseCount } from './parse-settings.js';
import { sendSimulation } from './simulate/send-simulation.js';
import { writeSimulation } from './simulate/write-simulation.js';

export interface SimulateOptions {
  readonly seed: number;
  readonly days: number;
  readonly users: number;
  readonly output?: string;
  readonly truth?: string;
  readonly start?: number;
  readonly pace?: 'real';
  readonly app: string;
  readonly json?: boolean;
}

/** `tidemark simulate`: a market and the people in it, to a file or to the running collector. */
export function addSimulateCommands(program: Command): void {
  program
    .command('simulate')
    .description('make up a market and the people in it; without --output, send it to the running collector')
    .requiredOption('--seed <number>', 'the same seed makes the same bytes', parseCount)
    .requiredOption('--days <number>', 'how long it lasts', parseCount)
    .requiredOption('--users <number>', 'how many customers there are', parseCount)
    .option('--output <file>', 'write batches to it as lines of JSON, and what is true to FILE.truth.json')
    .option('--truth <file>', 'where what is true goes when the events go to the collector')
    .option(
      '--start <time>',
      'ISO 8601 with its zone (default 2026-01-05T00:00+08:00; with --pace real: now)',
      parseStart,
    )
    .addOption(new Option('--pace <name>', 'real: as time passes, as news and not as history').choices(['real']))
    .option('--app <id>', 'the app that the events belong to', 'demo')
    .option('--json', 'print the result as one JSON object')
    .action(simulateCommand);
}

async function simulateCommand(options: SimulateOptions): Promise<void> {
  const { output, json } = options;
  const startedAt = Date.now();
  const startAt = options.start ?? (options.pace ? startedAt : DEFAULT_START_AT);
  const simulation = simulationOf(options, startAt);
  const sleep = (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs));
  const waitUntil = async (at: number) => {
    const delayMs = at - startAt - (Date.now() - startedAt);
    if (delayMs > 0) await sleep(delayMs);
  };
  const pace = options.pace && waitUntil;
  if (output !== undefined) return print(await writeSimulation(simulation, output, pace), json);

  const target = await findCollector(process.env, 'secret');
  const sent = await sendSimulation(simulation, target, { fetch, now: Date.now, random: Math.random, sleep }, pace);
  if (options.truth !== undefined) await writeFile(options.truth, `${JSON.stringify(simulation.truth())}\n`);
  print(sent, json);
}

/**
 * @param startAt - of the simulation; what begins now is news, all else is history.
 * @throws {TidemarkError} `config_invalid` for settings that no simulation has.
 */
export function simulationOf({ seed, days, users, app, pace, start }: SimulateOptions, startAt: number): Simulation {
  const historical = pace === undefined || start !== undefined;
  const simulation = createSimulation({ seed, days, users, startAt, historical, appId: app });
  if (simulation.kind === 'refused') throw new TidemarkError('config_invalid', describeRefusal(simulation));
  return simulation;
}

function describeRefusal(refusal: SettingsRefusal): string {
  if (refusal.reason === 'no_calendar_data') {
    return `The working days of ${refusal.year} are not known: choose --start and --days so that a week before and a day after lie in years that are published.`;
  }
  const { field, low, high } = refusal;
  if (field !== 'startAt') return `--${field} takes a whole number from ${low} to ${high}.`;
  return `--start lies between ${new Date(low).toISOString()} and ${new Date(high).toISOString()}.`;
}

/** @throws {InvalidArgumentError} for what is no moment: without a zone it would be another one elsewhere. */
export function parseStart(text: string): number {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isWhole ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It is a time with its zone, such as 2026-01-05T00:00+08:00.');
  return at;
}

function print(result: object, json: boolean | undefined): void {
  const lines = Object.entries(result).map(
    ([name, value]) => `${name.padEnd(10)} ${Array.isArray(value) ? value.length : value}\n`,
  );
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : lines.join(''));
}
