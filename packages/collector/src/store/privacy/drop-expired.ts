import type { StoreConnection } from '../connect.js';
import { type Aggregate, readAggregates } from '../loads/aggregates.js';
import { mutationsDone } from '../loads/delete-rows.js';
import { RECOUNT_SETTINGS } from '../loads/recount.js';
import { countRows } from './locate-subject.js';
import { quoted } from './subject-words.js';

export interface DroppedRows {
  readonly events: number;
  readonly rejected: number;
  readonly copies: number;
  readonly decisions: number;
}

const WITHIN_MS = 600_000;
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;
const DAYS = ['hour', 'minute', 'day'];

/**
 * Deletes what a workspace's retention no longer covers: events, rejected events and copies that arrived before a day, what was
 * decided before it, and groups of aggregates of which no raw event is left. A day of which some events are left keeps its groups as they
 * were counted. Days that lose events are noted in `expired_days` before they do. Exact only while nothing is loaded, which the
 * caller sees to; broken off and begun again it comes to the same end.
 *
 * @param beforeDay - ISO, UTC.
 * @param rollupsFromDay - ISO, UTC: groups of that day and later stay, whether raw events of theirs are left or not.
 * @returns rows deleted, without those of aggregates.
 * @throws {TidemarkError} `store_refused`.
 */
export async function dropExpired(
  store: StoreConnection,
  workspaceId: string,
  beforeDay: string,
  rollupsFromDay?: string,
): Promise<DroppedRows> {
  if (![beforeDay, rollupsFromDay ?? beforeDay].every((day) => ISO_DAY.test(day)))
    throw new TypeError('a retention ends with a day');
  const isOurs = `workspace_id = ${quoted(workspaceId)}`;
  const remove = async (table: string, condition: string): Promise<number> => {
    const where = `${isOurs} AND ${condition}`;
    const rows = await countRows(store, table, where);
    if (rows === 0) return 0;
    await store.client().command({ query: `ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 0` });
    await mutationsDone(store, table, WITHIN_MS);
    return rows;
  };
  const start = `toDateTime64('${beforeDay} 00:00:00', 3, 'UTC')`;
  const isOld = `received_at < ${start}`;
  const isOver = (time: string) =>
    rollupsFromDay === undefined ? '' : `toDate(${time}) < toDate('${rollupsFromDay}') AND `;
  const decisions = await remove('decisions', `decided_at < ${start}`);
  const rejected = await remove('rejected', isOld);
  const copies = await remove('copies', isOld);
  await store.client().command({
    query: `INSERT INTO expired_days (workspace_id, day) SELECT DISTINCT workspace_id, event_day FROM events WHERE ${isOurs} AND ${isOld}`,
    clickhouse_settings: RECOUNT_SETTINGS,
  });
  const events = await remove('events', isOld);
  // Not only when something went just now: the last attempt may have ended before it came to them.
  for (const aggregate of await readAggregates(store))
    await remove(aggregate.table, `${isOver(timeOf(aggregate))}${isGone(aggregate, isOurs)}`);
  // Nothing counts these days any longer: whatever comes of them from now on is whole.
  await remove('expired_days', `${isOver('day')}day NOT IN (SELECT event_day FROM events WHERE ${isOurs})`);
  return { events, rejected, copies, decisions };
}

/** The column that tells when what a group counts took place: its key's own, or else when it was first seen. */
export function timeOf({ table, key, columns }: Aggregate): string {
  const time =
    key.find((column) => DAYS.includes(column) || column.endsWith('_day')) ??
    columns.find((column) => column.endsWith('_at'));
  if (time === undefined) throw new TypeError(`${table} has no time: it cannot be kept for a time`);
  return time;
}

/** Whether a group has no raw event any longer: by its day, which is cheap, or else by its key. */
function isGone({ key, groups }: Aggregate, isOurs: string): string {
  const time = key.find((column) => DAYS.includes(column));
  if (time !== undefined) return `toDate(${time}) NOT IN (SELECT event_day FROM events WHERE ${isOurs})`;
  const name = `(${key.join(', ')})`;
  return `${name} NOT IN (SELECT ${key.join(', ')} FROM (${groups(`SELECT * FROM events WHERE ${isOurs}`)}))`;
}
