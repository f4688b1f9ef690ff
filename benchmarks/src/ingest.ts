import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { type IngestFigures, type IngestPlan, PARTS, type Part } from './ingest/figures.js';
import { measureIngest } from './ingest/measure-ingest.js';
import { renderIngest } from './ingest/readme-table.js';
import { saveResult } from './save-result.js';
import { UsageError, wholeNumber } from './usage-error.js';

const EVENTS = 200_000;
const EVENTS_PER_BATCH = 50;
const ROUNDS = 5;
/** What a day of the paper has. */
const SATURATED_EVENTS = 1_000_000;
const HALF_LOAD_SECONDS = 10;
const SCALING_ROWS = [1_000_000, 3_000_000, 10_000_000];

/** Enough to see that everything runs; far too little to believe. */
const QUICK = { events: 20_000, rounds: 1, saturatedEvents: 40_000, halfLoadSeconds: 2, scalingRows: [20_000, 90_000] };

/**
 * `--only cost --rounds 3 --events 60000` tells in a few minutes what an event costs, with all views, six and none; so few
 * rounds serve for ratios within the run.
 */
export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  summary:
    'CPU time beside two naive collectors, throughput, latency and memory, from the request to the queryable row',
  run: async (args) => {
    const { plan, json, isSaved } = readOptions(args);
    const startedMs = performance.now();
    const minutes = () => ((performance.now() - startedMs) / 60_000).toFixed(1);
    const tell = (line: string) => void process.stderr.write(`${minutes().padStart(5)} min  ${line}\n`);
    tell(`${plan.parts.join(', ')}: ${plan.rounds} rounds of ${plan.events} events, ${EVENTS_PER_BATCH} a batch`);
    const figures = await measureIngest(plan, tell);
    if (isSaved) save(plan, figures);
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    else process.stderr.write(`${JSON.stringify(figures, null, 2)}\n`);
  },
};

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      gzip: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const full = { events: EVENTS, rounds: ROUNDS, saturatedEvents: SATURATED_EVENTS };
  const usual = values.quick ? QUICK : { ...full, halfLoadSeconds: HALF_LOAD_SECONDS, scalingRows: SCALING_ROWS };
  const plan: IngestPlan = {
    ...usual,
    events: wholeNumber(values.events ?? String(usual.events), 'events', EVENTS_PER_BATCH, 5_000_000),
    rounds: wholeNumber(values.rounds ?? String(usual.rounds), 'rounds', 1, 20),
    parts: values.only === undefined ? PARTS : values.only.split(',').map(readPart),
    eventsPerBatch: EVENTS_PER_BATCH,
    gzip: values.gzip,
    profileDirectory: values.profile,
  };
  if (values.save && (values.quick || values.only !== undefined)) {
    throw new UsageError('--save keeps a whole run: leave --quick and --only out.');
  }
  return { plan, json: values.json, isSaved: values.save };
}

function readPart(text: string): Part {
  const part = PARTS.find((one) => one === text.trim());
  if (!part) throw new UsageError(`--only takes ${PARTS.join(', ')}, comma-separated, not "${text}".`);
  return part;
}

function save({ eventsPerBatch, gzip, rounds }: IngestPlan, figures: IngestFigures): void {
  const command = `pnpm bench ingest --events ${figures.events} --rounds ${rounds}${gzip ? ' --gzip' : ''} --save`;
  const whole = figures as Required<IngestFigures>; // all parts were asked for
  saveResult('ingest', command, { eventsPerBatch, gzip, rounds, ...whole }, renderIngest);
}
