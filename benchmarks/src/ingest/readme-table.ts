import type { SavedRun } from '../save-result.js';
import type { IngestFigures } from './figures.js';

/** Runs that were saved before they were measured have none of them. */
type Later = 'afterSaturation' | 'rssAtStartMiB';

/** What `benchmarks/results/ingest.json` holds: a run of all parts. */
export interface IngestResult extends Required<Omit<IngestFigures, Later>>, Pick<IngestFigures, Later>, SavedRun {
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
  readonly rounds: number;
}

/** The table of the README. */
export function renderIngest(result: IngestResult): string {
  const { machine, rssMiB, rssAtStartMiB, peers, ackMs, queryableMs, afterSaturation, saturated } = result;
  const one = (value: number) => value.toFixed(1);
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  const { arrayInterval, insertPerRequest } = peers;
  const times = (cpu: number) => one(cpu / result.cpuMicrosPerEvent);
  const scaling = result.scaling.map(
    ({ rows, cpuMicrosPerEvent }) => `${one(cpuMicrosPerEvent)} to ${whole(rows)} rows`,
  );
  return [
    `\`${result.command}\`: CPU is the median of ${result.rounds} rounds of ${whole(result.events)} varied events in batches of ${result.eventsPerBatch}, the whole server,`,
    `collector and engine together, durable settings on, until each event is queryable and the engine's merges have settled; the peers'`,
    `rounds, shorter ones, lie between. ${machine.processor}, ${machine.cores} shared cores with the load generator on them, Node ${machine.node}, load`,
    `average ${result.loadAverage} at the start.`,
    '',
    '| what | figure |',
    '| --- | --- |',
    `| CPU an event, without views | ${one(result.cpuMicrosPerEvent)} µs |`,
    `| with six views: page statistics, sessions, transitions, user days, minute activity, goals | ${one(result.cpuMicrosPerEventSixViews)} µs |`,
    `| with all ${result.views} views; of that, collector and engine | ${one(result.cpuMicrosPerEventAllViews)} µs; ${one(result.collectorMicrosPerEvent)} µs and ${one(result.engineMicrosPerEvent)} µs |`,
    `| the engine alone, from files in its own format, without views | ${one(result.ceilingMicrosPerEvent)} µs |`,
    `| fastify, zod, an array and an insert a second, before the same engine | ${one(arrayInterval.cpuMicrosPerEvent)} µs, ${times(arrayInterval.cpuMicrosPerEvent)} times as much |`,
    `| the same with an insert per request | ${one(insertPerRequest.cpuMicrosPerEvent)} µs, ${times(insertPerRequest.cpuMicrosPerEvent)} times as much |`,
    `| a million events accepted, synced and queryable, all views | ${one(result.millionSeconds)} s, ${whole(saturated.eventsPerSecond)} events/s |`,
    `| from sending to queryable, saturated, 99th percentile | ${whole(saturated.queryableP99Ms)} ms |`,
    `| ack at half that load, median and 99th percentile | ${one(ackMs.p50)} ms and ${one(ackMs.p99)} ms |`,
    `| from sending to queryable at half that load, likewise | ${whole(queryableMs.p50)} ms and ${whole(queryableMs.p99)} ms |`,
    ...(afterSaturation
      ? [
          `| the two right after saturation, its merges under way | ${one(afterSaturation.ackMs.p50)} ms and ${one(afterSaturation.ackMs.p99)} ms; ${whole(afterSaturation.queryableMs.p50)} ms and ${whole(afterSaturation.queryableMs.p99)} ms |`,
        ]
      : []),
    ...(rssAtStartMiB
      ? [
          `| memory of the collector, and of the engine, before the first event | ${whole(rssAtStartMiB.collector)} MiB, and ${whole(rssAtStartMiB.engine)} MiB |`,
        ]
      : []),
    `| peak memory of the collector, and of the engine | ${whole(rssMiB.collector)} MiB, and ${whole(rssMiB.engine)} MiB |`,
    `| CPU an event with all views as the table grows, µs | ${scaling.join(', ')} |`,
    '',
  ].join('\n');
}
