import type { EngineProcess } from '../process/start-engine.js';

/** Where the id of a visitor or user stands as it is, and of what type: in page statistics stand hashes. */
const ID_COLUMNS = {
  events: ['visitor_id UUID', 'previous_visitor_id UUID', 'user_id String'],
  sessions: ['visitor_id SimpleAggregateFunction(any, UUID)', 'user_id SimpleAggregateFunction(max, String)'],
  minute_activity: ['visitors AggregateFunction(uniqExact, UUID)'],
  goals: ['visitors AggregateFunction(uniqExact, UUID)'],
  steps: ['visitor_id UUID'],
  user_days: ['visitor_id UUID', 'user_id String'],
} as const;

/** Columns of ids are written as they are from now on, so that a scan of the files sees each value; all others as always. */
export async function uncoverIds(engine: EngineProcess): Promise<void> {
  for (const [table, columns] of Object.entries(ID_COLUMNS)) {
    for (const column of columns) await engine.run(`ALTER TABLE ${table} MODIFY COLUMN ${column} CODEC(NONE)`);
  }
}

/** The same for the rows that are there, which are written anew for it: of the events these columns alone. */
export async function rewriteIds(engine: EngineProcess): Promise<void> {
  await uncoverIds(engine);
  const names = ID_COLUMNS.events.map((column) => column.split(' ')[0]);
  const same = names.map((name) => `${name} = ${name}`).join(', ');
  await engine.run(`ALTER TABLE events UPDATE ${same} WHERE 1 SETTINGS mutations_sync = 1`);
  for (const table of Object.keys(ID_COLUMNS).filter((name) => name !== 'events')) {
    await engine.run(`OPTIMIZE TABLE ${table} FINAL SETTINGS optimize_skip_merged_partitions = 0`);
  }
}
