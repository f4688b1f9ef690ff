import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { updateReadme } from './readme-figures.js';

/** Where a benchmark was run. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
}

/** What every file of `benchmarks/results` tells beside its figures. */
export interface SavedRun {
  /** What makes the same run again. */
  readonly command: string;
  readonly machine: Machine;
}

/**
 * Writes `benchmarks/results/NAME.json`, and its table into the README.
 *
 * @param figures - what was measured, the plan of it included.
 */
export function saveResult<F extends object>(
  name: string,
  command: string,
  figures: F,
  render: (result: SavedRun & F) => string,
): void {
  updateReadme(name, render(writeResult(name, command, figures)));
}

/** Writes `benchmarks/results/NAME.json` alone. @returns what it holds now. */
export function writeResult<F extends object>(name: string, command: string, figures: F): SavedRun & F {
  const [processor] = cpus();
  const machine = { processor: processor?.model ?? '', cores: cpus().length, node: process.version };
  const result = { command, machine, ...figures };
  const path = fileURLToPath(new URL(`../results/${name}.json`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}
