import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { measureQueries, type QueryFigures } from './query/measure-queries.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

export const queryBenchmark: Benchmark = {
  name: 'query',
  summary: 'how long reports take over a month of events, and what the events and their aggregates take of the disk',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        events: { type: 'string', default: '10000000' },
        rounds: { type: 'string', default: '30' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const events = wholeNumber(values.events, 'events', 10_000, 100_000_000);
    const rounds = wholeNumber(values.rounds, 'rounds', 1, 1_000);
    const tell = (line: string) => void process.stderr.write(`${line}\n`);
    const figures = await measureQueries({ events, rounds }, tell);
    tell(describe(figures));
    if (values.save) writeResult('query', `pnpm bench query --events ${events} --rounds ${rounds} --save`, figures);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  },
};

function describe({ p95Ms, cpuMs, diskBytesPerEvent, columns, ...figures }: QueryFigures): string {
  const reports = Object.keys(p95Ms) as (keyof QueryFigures['p95Ms'])[]; // its own
  const lines = reports.map(
    (name) => `${name.padEnd(12)} p95 ${p95Ms[name]} ms, CPU time of the engine ${cpuMs[name]} ms`,
  );
  const wide = columns.slice(0, 15).map(({ name, bytesPerEvent }) => `${name} ${bytesPerEvent}`);
  const { raw, aggregates } = diskBytesPerEvent;
  return `${lines.join('\n')}\ndisk: ${raw} bytes an event, aggregates ${aggregates}\nof these: ${wide.join(', ')}\nerased: ${figures.eventsErased} events of one visitor in ${figures.eraseSeconds} s`;
}
