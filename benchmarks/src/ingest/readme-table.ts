import type { SavedRun } from '../save-result.js';
import type { IngestFigures } from './measure-ingest.js';

/** What `benchmarks/results/ingest.json` holds. */
export interface IngestResult extends IngestFigures, SavedRun {
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
}

/** The table of the README. */
export function renderIngest(result: IngestResult): string {
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
