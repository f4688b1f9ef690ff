import type { StoreConnection } from '../connect.js';
import type { Aggregate } from '../loads/aggregates.js';
import { RECOUNT_SETTINGS } from '../loads/recount.js';
import { isWholeDay } from '../loads/whole-days.js';
import { queryRows } from '../query-rows.js';
import { timeOf } from './drop-expired.js';
import type { SubjectPlaces } from './locate-subject.js';
import type { PartRewriter } from './rewrite-parts.js';
import { quoted, type SubjectWords, UNLOGGED } from './subject-words.js';

/** One erasure in the store: whom it is about, and how it is spoken of. */
export interface StoreErasure {
  readonly store: StoreConnection;
  readonly workspaceId: string;
  readonly words: SubjectWords;
  readonly places: SubjectPlaces;
  readonly rewriter: PartRewriter;
  /** A UUID; the name under which groups are noted. */
  readonly eraseId: string;
}

/** Tables of rows of one person and one day, which stay as long as counts do. */
const OWN_DAYS: Readonly<Record<string, string>> = { steps: 'day', user_days: 'day', sessions: 'session_day' };

/** What is counted anew from `steps`, where everybody's views are: the time of a group as of a step. */
const FROM_STEPS: Readonly<Record<string, string>> = {
  page_stats: `toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour`,
  page_days: 'day',
};

const STATES = `
  SELECT table, name, type FROM system.columns
  WHERE database = currentDatabase() AND type LIKE 'AggregateFunction(uniqExact, %' AND table IN {tables:Array(String)}`;

/**
 * Takes a subject out of groups whose raw events are gone. Counts of visitors are sets, in which it must not stay: those of
 * pages are made anew from the steps of all others, with the views; those of other aggregates are emptied on its days. Sums and
 * dwells hold nobody's id, and stay. Before the subject's own rows go: they tell where it was.
 *
 * @returns the days (UTC) that this was about, ISO, in order.
 */
export async function forgetInRollups(erasure: StoreErasure, aggregates: readonly Aggregate[]): Promise<string[]> {
  const { store, workspaceId, words, places, rewriter, eraseId } = erasure;
  const isOurs = `workspace_id = ${quoted(workspaceId)}`;
  const own = Object.entries(OWN_DAYS).flatMap(([table, day]) => {
    const place = places.tables.find((one) => one.table === table);
    if (place === undefined || places.counts[table] === 0) return [];
    return [
      `SELECT ${day} AS day FROM ${table} WHERE ${isOurs} AND ${words.isSubject(place)} AND NOT ${isWholeDay(day)}`,
    ];
  });
  if (own.length === 0) return [];
  const found = `SELECT DISTINCT toString(day) AS day FROM (${own.join(' UNION ALL ')}) ORDER BY day`;
  const days = (await queryRows<{ readonly day: string }>(store, found, {}, UNLOGGED)).map(({ day }) => day);
  if (days.length === 0) return [];

  const run = (query: string) =>
    store.client().command({ query, clickhouse_settings: { ...RECOUNT_SETTINGS, ...UNLOGGED } });
  const onDays = (time: string) => `toDate(${time}) IN (${days.map((day) => `toDate('${day}')`).join(', ')})`;
  const steps = places.tables.find(({ table }) => table === 'steps');
  const tables = aggregates.map(({ table }) => table);
  const states = await queryRows<{ table: string; name: string; type: string }>(store, STATES, { tables });
  for (const { table, name, type } of states) {
    const aggregate = aggregates.find((one) => one.table === table);
    if (!aggregate) continue;
    const element = type.slice('AggregateFunction(uniqExact, '.length, -1);
    const empty = `arrayReduce('uniqExactState', CAST([], 'Array(${element})'))`;
    const near = `${isOurs} AND ${onDays(timeOf(aggregate))}`;
    const time = FROM_STEPS[table];
    if (time === undefined || steps === undefined) {
      await rewriter.set(table, { [name]: empty }, near);
      continue;
    }
    const key = aggregate.key.join(', ');
    const hash = `hex(${words.hash(`toString((${key}))`)})`;
    const noted = `(SELECT key FROM recounts WHERE mend_id = toUUID('${eraseId}') AND target = '${table} rollup')`;
    const views = (whose: string) => `
      SELECT workspace_id, app_id, ${time}, surface, subject AS page, purposes, visitor_id, events
      FROM steps WHERE ${isOurs} AND kind = 'view' AND ${onDays('day')} AND ${whose}`;
    await run(`
      INSERT INTO recounts (mend_id, target, key)
      SELECT DISTINCT toUUID('${eraseId}'), '${table} rollup', ${hash} FROM (${views(words.isSubject(steps))})`);
    await rewriter.set(table, { [name]: empty, views: '0' }, `${near} AND ${hash} IN ${noted}`);
    await run(`
      INSERT INTO ${table} (${key}, views, ${name})
      SELECT ${key}, sum(events), uniqExactState(cityHash64(visitor_id))
      FROM (${views(`NOT ${words.isSubject(steps)}`)}) WHERE ${hash} IN ${noted} GROUP BY ${key}`);
  }
  return days;
}
