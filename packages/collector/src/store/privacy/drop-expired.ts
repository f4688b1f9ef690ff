import type { StoreConnection } from '../connect.js';
import { type Aggregate, readAggregates } from '../loads/aggregates.js';
import { mutationsDone } from '../loads/delete-rows.js';
import { countRows } from './locate-subject.js';
import { quoted } from './subject-words.js';

export interface DroppedRows {
  readonly events: number;
  readonly rejected: number;
  readonly decisions: number;
}

const WITHIN_MS = 600_000;
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;
const DAYS = ['hour', 'minute', 'day'];

/**
 * Deletes what a workspace's retention no longer covers: events and rejected events that arrived before a day, what was decided
 * before it, and groups of aggregates of which no raw event is left. A day of which some events are left keeps its groups as they were counted. Exact
 * only while nothing is loaded, which the caller sees to; broken off and begun again it comes to the same end.
 *
 * @param beforeDay - ISO, UTC.
 * @returns rows deleted, without those of aggregates.
 * @throws {TidemarkError} `store_refused`.
 */
export async function dropExpired(
  store: StoreConnection,
  workspaceId: string,
  beforeDay: string,
): Promise<DroppedRows> {
  if (!ISO_DAY.test(beforeDay)) throw new TypeError('a retention ends with a day');
  const isOurs = `workspace_id = ${quoted(workspaceId)}`;
  const remove = async (table: string, condition: string): Promise<number> => {
    const where = `${isOurs} AND ${condition}`;
    const rows = await countRows(store, table, where);
    if (rows === 0) return 0;
    await store.client().command({ query: `ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 0` });
    await mutationsDone(store, table, WITHIN_MS);
    return rows;
  };
  const day = `toDateTime64('${beforeDay} 00:00:00', 3, 'UTC')`;
  const decisions = await remove('decisions', `decided_at < ${day}`);
  const rejected = await remove('rejected', `received_at < ${day}`);
  const events = await remove('events', `received_at < ${day}`);
  // Not only when something went just now: the last attempt may have ended before it came to them.
  for (const aggregate of await readAggregates(store)) await remove(aggregate.table, isGone(aggregate, isOurs));
  return { events, rejected, decisions };
}

/** Whether a group has no raw event any longer: by its day, which is cheap, or else by its key. */
function isGone({ key, groups }: Aggregate, isOurs: string): string {
  const time = key.find((column) => DAYS.includes(column));
  if (time !== undefined) return `toDate(${time}) NOT IN (SELECT event_day FROM events WHERE ${isOurs})`;
  const name = `(${key.join(', ')})`;
  return `${name} NOT IN (SELECT ${key.join(', ')} FROM (${groups(`SELECT * FROM events WHERE ${isOurs}`)}))`;
}
