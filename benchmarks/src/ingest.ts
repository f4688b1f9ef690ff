import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { type IngestFigures, type IngestPlan, type IngestRound, measureIngest } from './ingest/measure-ingest.js';
import { renderIngest } from './ingest/readme-table.js';
import { saveResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

const EVENTS = 200_000;
const EVENTS_PER_BATCH = 50;
const ROUNDS = 3;

export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  summary: 'CPU time, throughput and memory from the request to the queryable row, embedded engine, durable settings',
  run: async (args) => {
    const { plan, json, isSaved } = readOptions(args);
    process.stderr.write(`${plan.rounds} rounds of ${plan.events} events, ${EVENTS_PER_BATCH} a batch\n${HEAD}`);
    const figures = await measureIngest(plan, (round) => process.stderr.write(line(`round ${round.number}`, round)));
    process.stderr.write(line('median', figures));
    const { collector, engine } = figures.rssMiB;
    process.stderr.write(`peak memory: collector ${Math.round(collector)} MiB, engine ${Math.round(engine)} MiB\n`);
    process.stderr.write(`load average at the start: ${figures.loadAverage}\n`);
    if (isSaved) save(plan, figures);
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  },
};

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: String(EVENTS) },
      rounds: { type: 'string', default: String(ROUNDS) },
      gzip: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const plan: IngestPlan = {
    events: wholeNumber(values.events, 'events', EVENTS_PER_BATCH, 5_000_000),
    rounds: wholeNumber(values.rounds, 'rounds', 1, 20),
    eventsPerBatch: EVENTS_PER_BATCH,
    gzip: values.gzip,
    profileDirectory: values.profile,
  };
  return { plan, json: values.json, isSaved: values.save };
}

const HEAD = `${' '.repeat(10)}CPU us/event   collector      engine    events/s\n`;

function line(name: string, figures: Omit<IngestRound, 'number'>): string {
  const { cpuMicrosPerEvent, collectorMicrosPerEvent, engineMicrosPerEvent, eventsPerSecond } = figures;
  const cells = [cpuMicrosPerEvent, collectorMicrosPerEvent, engineMicrosPerEvent].map((value) => value.toFixed(1));
  return `${name.padEnd(10)}${[...cells, String(Math.round(eventsPerSecond))].map((cell) => cell.padStart(12)).join('')}\n`;
}

function save({ eventsPerBatch, gzip, rounds }: IngestPlan, figures: IngestFigures): void {
  const command = `pnpm bench ingest --events ${figures.events} --rounds ${rounds}${gzip ? ' --gzip' : ''} --save`;
  saveResult('ingest', command, { eventsPerBatch, gzip, ...figures }, renderIngest);
}
