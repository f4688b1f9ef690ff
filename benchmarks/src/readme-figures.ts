import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IngestFigures } from './ingest/measure-ingest.js';

/** What `benchmarks/results/ingest.json` holds. */
export interface IngestResult extends IngestFigures {
  readonly command: string;
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
}

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BETWEEN = /(<!-- figures:[^>]*-->\n)[\s\S]*?(<!-- \/figures -->)/;

/** The table of figures in the README; nothing in it is typed by hand. */
function renderFigures(result: IngestResult): string {
  const { machine, rssMiB } = result;
  const one = (value: number) => value.toFixed(1);
  return [
    `Median of the rounds of \`${result.command}\`: ${result.events.toLocaleString('en-US')} varied events a round in batches`,
    `of ${result.eventsPerBatch}, durable settings on, until each is queryable and the engine's merges have settled. ${machine.processor}, ${machine.cores} shared cores,`,
    `Node ${machine.node}, load average ${result.loadAverage} at the start.`,
    '',
    '| what | figure |',
    '| --- | --- |',
    `| CPU of the whole server an event | ${one(result.cpuMicrosPerEvent)} µs |`,
    `| of that, collector and engine | ${one(result.collectorMicrosPerEvent)} µs and ${one(result.engineMicrosPerEvent)} µs |`,
    `| accepted, fsynced and queryable, load generator on the same cores | ${Math.round(result.eventsPerSecond).toLocaleString('en-US')} events/s |`,
    `| peak memory of the collector, and of the engine | ${Math.round(rssMiB.collector)} MiB, and ${Math.round(rssMiB.engine)} MiB |`,
    '',
  ].join('\n');
}

/** The README with the figures in their place. */
export function withFigures(readme: string, result: IngestResult): string {
  return readme.replace(BETWEEN, (_, head: string, tail: string) => `${head}\n${renderFigures(result)}\n${tail}`);
}

export function updateReadme(result: IngestResult): void {
  writeFileSync(README, withFigures(readFileSync(README, 'utf8'), result));
}
