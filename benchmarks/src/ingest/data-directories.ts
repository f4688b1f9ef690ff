import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { startCollector } from '../process/start-collector.js';
import { type EngineProcess, startEngine } from '../process/start-engine.js';

/** Data directories as a first start leaves them, with the views and without. */
export interface DataDirectories {
  copyOf(kind: 'views' | 'plain', name: string): Promise<string>;
}

/** The schema is the collector's own in both: its views are dropped from one, and its migrations do not make them again. */
export async function makeDataDirectories(directory: string): Promise<DataDirectories> {
  const views = join(directory, 'made-views');
  const plain = join(directory, 'made-plain');
  const collector = startCollector({ dataDirectory: views, port: 0 });
  await collector.url;
  collector.kill('SIGTERM');
  await collector.ended;
  await cp(views, plain, { recursive: true });
  await withEngine(plain, async (engine) => {
    const names = await engine.rows<{ readonly name: string }>(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'`,
    );
    if (names.length < 6) throw new Error(`the schema has ${names.length} views`);
    for (const { name } of names) await engine.run(`DROP VIEW ${name}`);
  });
  return {
    async copyOf(kind, name) {
      const copy = join(directory, name);
      await cp(kind === 'views' ? views : plain, copy, { recursive: true });
      return copy;
    },
  };
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
