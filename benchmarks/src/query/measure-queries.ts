import { measureErasure } from '../erase/measure-erasure.js';
import { rewriteIds } from '../erase/uncover-ids.js';
import { childrenOf, createCpuClock } from '../process/proc.js';
import { readKeys, startCollector } from '../process/start-collector.js';
import { type EngineProcess, startEngine } from '../process/start-engine.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { quantile } from '../quantile.js';
import { DAYS, EVENT_COLUMNS, eventRows, FIRST_DAY_MS } from './event-rows.js';

const REPORTS = ['overview', 'pages', 'funnel30d', 'rawFunnel1d'] as const;
type ByReport = Readonly<Record<(typeof REPORTS)[number], number>>;

export interface QueryFigures {
  readonly events: number;
  readonly sessions: number;
  readonly visitors: number;
  readonly rounds: number;
  /** From the request to the last byte of the answer, over HTTP, one after another. */
  readonly p95Ms: ByReport;
  readonly medianMs: ByReport;
  /** Of the engine's process, median: what a busy machine does not make longer. */
  readonly cpuMs: ByReport;
  readonly diskBytesPerEvent: { readonly raw: number; readonly aggregates: number };
  /** Of the raw rows, widest first. */
  readonly columns: readonly { readonly name: string; readonly bytesPerEvent: number }[];
  /** Of one visitor, from the request to the end of a scan that finds its id in no file. */
  readonly eraseSeconds: number;
  /** Events of that visitor. */
  readonly eventsErased: number;
}

export interface QueryPlan {
  readonly events: number;
  readonly rounds: number;
}

/** As the rows are made: sessions have so many events on average, and visitors so many sessions. */
const EVENTS_PER_SESSION = 14.6;
const SESSIONS_PER_VISITOR = 3.5;
/** A day and a half of ten million events: a load of a busy collector, not one of its largest. */
const SESSIONS_PER_LOAD = 40_000;
/** The workspace that `tidemark serve` makes at its first start. */
const WORKSPACE = 'default';
const WARM_UP_ROUNDS = 3;
const DAY_MS = 86_400_000;

const STEPS = [{ view: '/funds' }, { order: 'subscribe', phase: 'placed' }, { goal: 'subscribed' }];
/** A click is in no aggregate: its funnel reads the events. */
const RAW_STEPS = [{ view: '/funds' }, { click: 'button.3' }, { order: 'subscribe', phase: 'placed' }];

const DISK = `
  SELECT table, sum(data_compressed_bytes) AS bytes FROM system.parts
  WHERE active AND database = currentDatabase() GROUP BY table`;
const COLUMNS = `
  SELECT column AS name, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns
  WHERE active AND database = currentDatabase() AND table = 'events' GROUP BY column ORDER BY bytes DESC`;
const AGGREGATES = [
  'sessions',
  'page_stats',
  'page_days',
  'steps',
  'transitions',
  'user_days',
  'minute_activity',
  'goals',
];

/** A month of events in a data directory of its own; reports are asked of a collector as it is run. */
export async function measureQueries(plan: QueryPlan, tell: (line: string) => void): Promise<QueryFigures> {
  return withTemporaryDirectory(async (directory) => {
    await makeSchema(directory);
    const engine = await startEngine(directory);
    const disk = await fill(engine, plan.events, tell).finally(engine.close);
    const times = await askReports(directory, plan.rounds, tell);
    return { ...disk, rounds: plan.rounds, ...times, ...(await eraseOne(directory, tell)) };
  });
}

/** A visitor of about a hundred events: as many as anybody has who comes back. */
const SOMEBODY = `
  SELECT toString(visitor_id) AS visitor FROM events
  GROUP BY visitor_id ORDER BY abs(toInt64(count()) - 100), visitor_id LIMIT 1`;

/** Ids are uncovered first, so that a scan of the files finds them; until then they lay as in any store, and were weighed so. */
async function eraseOne(directory: string, tell: (line: string) => void) {
  const engine = await startEngine(directory);
  const [somebody] = await rewriteIds(engine)
    .then(() => engine.rows<{ visitor: string }>(SOMEBODY))
    .finally(engine.close);
  if (!somebody) throw new Error('there is nobody to erase');
  tell('ids uncovered');
  const collector = startCollector({ dataDirectory: directory, port: 0 });
  try {
    const url = await collector.url;
    const { secretKey } = readKeys(directory);
    const found = await measureErasure({ url, secretKey, dataDirectory: directory, visitorId: somebody.visitor });
    return { eraseSeconds: Math.round(found.eraseSeconds * 10) / 10, eventsErased: found.eventsDeleted };
  } finally {
    collector.kill('SIGTERM');
    await collector.ended;
  }
}

async function makeSchema(directory: string): Promise<void> {
  const collector = startCollector({ dataDirectory: directory, port: 0 });
  await collector.url;
  collector.kill('SIGTERM');
  await collector.ended;
}

async function fill(engine: EngineProcess, events: number, tell: (line: string) => void) {
  const sessions = Math.ceil(events / EVENTS_PER_SESSION);
  const visitors = Math.ceil(sessions / SESSIONS_PER_VISITOR);
  for (let first = 0; first < sessions; first += SESSIONS_PER_LOAD) {
    const count = Math.min(SESSIONS_PER_LOAD, sessions - first);
    const rows = eventRows({ first, count, sessions, visitors, workspaceId: WORKSPACE });
    await engine.run(`INSERT INTO events (${EVENT_COLUMNS}) ${rows}`);
    tell(`${first + count} of ${sessions} sessions`);
  }
  const [made = { n: 0 }] = await engine.rows<{ n: string | number }>('SELECT count() AS n FROM events');
  const total = Number(made.n);
  const perEvent = (bytes: number) => Math.round((bytes / total) * 10) / 10;
  const tables = await engine.rows<{ table: string; bytes: string | number }>(DISK);
  const bytesOf = (names: readonly string[]) =>
    tables.filter(({ table }) => names.includes(table)).reduce((sum, { bytes }) => sum + Number(bytes), 0);
  const columns = await engine.rows<{ name: string; bytes: string | number }>(COLUMNS);
  return {
    events: total,
    sessions,
    visitors,
    diskBytesPerEvent: { raw: perEvent(bytesOf(['events'])), aggregates: perEvent(bytesOf(AGGREGATES)) },
    columns: columns.map(({ name, bytes }) => ({ name, bytesPerEvent: perEvent(Number(bytes)) })),
  };
}

async function askReports(directory: string, rounds: number, tell: (line: string) => void) {
  const collector = startCollector({ dataDirectory: directory, port: 0 });
  try {
    const url = await collector.url;
    const { readKey } = readKeys(directory);
    const [engine] = childrenOf(collector.pid);
    if (!engine) throw new Error('the collector has no engine');
    const cpuMicros = createCpuClock();
    const month = `from=${FIRST_DAY_MS}&to=${FIRST_DAY_MS + DAYS * DAY_MS}`;
    const day = `from=${FIRST_DAY_MS + 12 * DAY_MS}&to=${FIRST_DAY_MS + 13 * DAY_MS}`;
    const steps = (of: readonly object[]) => `steps=${encodeURIComponent(JSON.stringify(of))}`;
    const paths: Readonly<Record<(typeof REPORTS)[number], string>> = {
      overview: `overview?${month}`,
      pages: `pages?${month}`,
      funnel30d: `funnel?${month}&${steps(STEPS)}`,
      rawFunnel1d: `funnel?${day}&${steps(RAW_STEPS)}`,
    };
    const times: Record<string, { readonly ms: number; readonly cpu: number }[]> = {};
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const name of REPORTS) {
        const [start, cpuBefore] = [performance.now(), cpuMicros(engine.pid)];
        const answer = await fetch(`${url}/v1/reports/${paths[name]}`, {
          headers: { authorization: `Bearer ${readKey}` },
        });
        const { rows } = (await answer.json()) as { readonly rows?: readonly unknown[] }; // the collector's own
        const time = { ms: performance.now() - start, cpu: (cpuMicros(engine.pid) - cpuBefore) / 1_000 };
        if (!rows?.length) throw new Error(`${name} has no rows (${answer.status})`);
        if (round >= 0) times[name] = [...(times[name] ?? []), time];
      }
    }
    const figures = (of: (all: readonly { ms: number; cpu: number }[]) => number) =>
      Object.fromEntries(REPORTS.map((name) => [name, Math.round(of(times[name] ?? []))])) as unknown as ByReport; // each of them
    tell(`${rounds} rounds of ${REPORTS.length} reports`);
    return {
      p95Ms: figures((all) =>
        quantile(
          all.map(({ ms }) => ms),
          0.95,
        ),
      ),
      medianMs: figures((all) =>
        quantile(
          all.map(({ ms }) => ms),
          0.5,
        ),
      ),
      cpuMs: figures((all) =>
        quantile(
          all.map(({ cpu }) => cpu),
          0.5,
        ),
      ),
    };
  } finally {
    collector.kill('SIGTERM');
    await collector.ended;
  }
}
