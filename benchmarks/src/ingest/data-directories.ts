import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { startCollector } from '../process/start-collector.js';
import { type EngineProcess, startEngine } from '../process/start-engine.js';

/** Which materialized views there are: all of the schema, the six that the bound on the cost of an event names, none. */
export type ViewsKind = 'all' | 'six' | 'none';

/** Data directories as a first start leaves them, but for the views. */
export interface DataDirectories {
  /** How many views the schema has. */
  readonly viewCount: number;
  copyOf(kind: ViewsKind, name: string): Promise<string>;
}

/** Page statistics, sessions, transitions, user days, minute activity and goals. */
const SIX = ['page_stats', 'sessions', 'transitions', 'user_days', 'minute_activity', 'goals'].map(
  (table) => `${table}_view`,
);

/** The schema is the collector's own in each: views are dropped from some, and its migrations do not make them again. */
export async function makeDataDirectories(directory: string): Promise<DataDirectories> {
  const made = {
    all: join(directory, 'made-all'),
    six: join(directory, 'made-six'),
    none: join(directory, 'made-none'),
  };
  const collector = startCollector({ dataDirectory: made.all, port: 0 });
  await collector.url;
  collector.kill('SIGTERM');
  await collector.ended;
  const viewCount = await dropViews(await copied(made.all, made.six), SIX);
  await dropViews(await copied(made.all, made.none), []);
  return { viewCount, copyOf: (kind, name) => copied(made[kind], join(directory, name)) };
}

async function copied(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  return to;
}

/** @returns how many there were. */
async function dropViews(dataDirectory: string, kept: readonly string[]): Promise<number> {
  return withEngine(dataDirectory, async (engine) => {
    const views = await engine.rows<{ readonly name: string }>(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'`,
    );
    const names = views.map(({ name }) => name);
    const missing = SIX.filter((name) => !names.includes(name));
    if (missing.length > 0) throw new Error(`the schema has no ${missing.join(', ')}`);
    for (const name of names) if (!kept.includes(name)) await engine.run(`DROP VIEW ${name}`);
    return names.length;
  });
}

export async function withEngine<T>(dataDirectory: string, work: (engine: EngineProcess) => Promise<T>): Promise<T> {
  const engine = await startEngine(dataDirectory);
  return work(engine).finally(engine.close);
}

/** @throws unless every event that was sent is there, once, and says the same in each view. */
export async function auditEvents(engine: EngineProcess, expected: number): Promise<void> {
  const [found] = await engine.rows<{ readonly events: string; readonly ids: string }>(
    'SELECT toString(count()) AS events, toString(uniqExact(event_id)) AS ids FROM events',
  );
  if (found?.events === String(expected) && found.ids === found.events) return;
  throw new Error(`${expected} events were sent; the table has ${found?.events}, of them ${found?.ids} different ones`);
}
