import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { type Aggregate, readAggregates } from './aggregates.js';
import { deleteRows } from './delete-rows.js';
import { RECONCILE_SETTINGS } from './double-loads.js';
import { QUEUE_OF_ROW } from './row-place.js';
import { isWholeDay } from './whole-days.js';

/** What was done. */
export interface Recount {
  /** Groups of all aggregates that were counted anew. */
  readonly groups: number;
  /** Copies that lay in another place of the raw table, and were deleted. */
  readonly strays: number;
}

/** Partitions are years, from 2000 to 2100. */
export const RECOUNT_SETTINGS = { ...RECONCILE_SETTINGS, max_partitions_per_insert_block: '101' } as const;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

/** Copies in the same place are made one by the table itself (FINAL). */
const PLACE = 'cityHash64(app_id, event_day, session_id, event_id)';
const COPY = `toString((${QUEUE_OF_ROW}, seq, ${PLACE}))`;

/** What all statements of one mend are made of. Values stand in them as they are: a deletion forgets its parameters. */
export function wordsOf(mendId: string, firstDay: string, lastDay: string) {
  if (!UUID.test(mendId) || !ISO_DAY.test(firstDay) || !ISO_DAY.test(lastDay)) {
    throw new TypeError('a mend is named by a UUID and bounded by two days');
  }
  const mend = `double_loads WHERE mend_id = toUUID('${mendId}')`;
  const workspaces = `workspace_id IN (SELECT workspace_id FROM ${mend})`;
  const within = (column: string) => `toDate(${column}) BETWEEN toDate('${firstDay}') AND toDate('${lastDay}')`;
  return {
    workspaces,
    within,
    isMended: `${workspaces} AND ${within('event_day')} AND (${QUEUE_OF_ROW}, seq) IN (SELECT queue_id, seq FROM ${mend})`,
    noted: (target: string) =>
      `(SELECT key FROM recounts WHERE mend_id = toUUID('${mendId}') AND target = '${target}')`,
  };
}

/** Which raw rows are meant, and what lies near them. */
export interface Neighbourhood {
  readonly workspaces: string;
  readonly within: (column: string) => string;
  readonly isMended: string;
}

const SPAN_OF_DAYS = `
  SELECT toString(min(l.first_day)) AS firstDay, toString(max(l.last_day)) AS lastDay
  FROM loads AS l
  INNER JOIN (
    SELECT workspace_id, queue_id, min(seq) AS low, max(seq) AS high
    FROM double_loads WHERE mend_id = {mendId:UUID} GROUP BY workspace_id, queue_id
  ) AS m ON l.queue_id = m.queue_id AND l.workspace_id = m.workspace_id
  WHERE l.queue_id IN (SELECT queue_id FROM double_loads WHERE mend_id = {mendId:UUID})
    AND l.first_seq <= m.high AND l.last_seq >= m.low`;

/** A copy lies in another session when it went another way. The earliest copy of an event stays; of equals, one session's. */
const straysOf = (isMended: string) => `
  SELECT toString((queue, seq, place)) FROM (
    SELECT
      ${QUEUE_OF_ROW} AS queue, seq, ${PLACE} AS place,
      row_number() OVER (PARTITION BY workspace_id, queue, seq ORDER BY min(received_at), session_id, place) AS rank
    FROM events WHERE ${isMended}
    GROUP BY workspace_id, queue, seq, session_id, place
  ) WHERE rank > 1`;

const TIMES = ['hour', 'minute', 'day'];

/** Which raw rows may be in the same groups, as narrowly as the key tells it: nobody reads all years for an hour. */
export function neighbours({ key }: Aggregate, { workspaces, within, isMended }: Neighbourhood): string {
  const tests = [workspaces];
  if (TIMES.some((column) => key.includes(column))) tests.push(within('event_day'));
  if (key.includes('session_id')) tests.push(`session_id IN (SELECT session_id FROM events WHERE ${isMended})`);
  return tests.join(' AND ');
}

/** Which groups may hold such rows, as narrowly as the key tells it. */
export function nearbyGroups({ key }: Aggregate, { workspaces, within }: Neighbourhood): string {
  const time = key.find((column) => TIMES.includes(column));
  return time === undefined ? workspaces : `${workspaces} AND ${within(time)}`;
}

/** The statement that counts groups from raw rows. */
export function refill({ table, columns, groups }: Aggregate, source: string, isTouched: string): string {
  const names = columns.join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM (${groups(source)}) WHERE ${isTouched}`;
}

/**
 * Counts every group that an event of the mend is in anew, from the raw rows, each event once. Exact only while nothing is
 * loaded, which the caller sees to; between a deletion and the count a reader misses the groups. Doing it again changes
 * nothing. Groups of days whose raw events are gone in part stay as they are, the copy in them.
 */
export async function recount(store: StoreConnection, mendId: string): Promise<Recount> {
  const [span] = await queryRows<{ firstDay: string; lastDay: string }>(
    store,
    SPAN_OF_DAYS,
    { mendId },
    RECOUNT_SETTINGS,
  );
  if (!span) return { groups: 0, strays: 0 };
  const words = wordsOf(mendId, span.firstDay, span.lastDay);
  const run = (query: string) => store.client().command({ query, clickhouse_settings: RECOUNT_SETTINGS });
  const note = async (target: string, keys: string): Promise<number> => {
    await run(`INSERT INTO recounts (mend_id, target, key) SELECT toUUID('${mendId}'), '${target}', * FROM (${keys})`);
    const rows = await queryRows<{ readonly n: number }>(store, `SELECT count() AS n FROM ${words.noted(target)}`, {});
    return rows[0]?.n ?? 0;
  };

  const strays = await note('events', straysOf(words.isMended));
  let groups = 0;
  for (const aggregate of await readAggregates(store)) {
    const { table } = aggregate;
    const key = `toString((${aggregate.key.join(', ')}))`;
    const touched = `SELECT DISTINCT ${key} FROM (${aggregate.groups(`SELECT * FROM events WHERE ${words.isMended} AND ${isWholeDay('event_day')}`)})`;
    const count = await note(table, touched);
    if (count === 0) continue;
    groups += count;
    const isTouched = `${key} IN ${words.noted(table)}`;
    await deleteRows(store, table, `${nearbyGroups(aggregate, words)} AND ${isTouched}`);
    const isNoStray = strays > 0 ? `AND ${COPY} NOT IN ${words.noted('events')}` : '';
    const source = `SELECT * FROM events FINAL WHERE ${neighbours(aggregate, words)} ${isNoStray}`;
    await run(refill(aggregate, source, isTouched));
  }
  // Last: until here the strays tell in which groups they were counted.
  if (strays > 0) {
    const near = `${words.workspaces} AND ${words.within('event_day')}`;
    await deleteRows(store, 'events', `${near} AND ${COPY} IN ${words.noted('events')}`);
  }
  return { groups, strays };
}
