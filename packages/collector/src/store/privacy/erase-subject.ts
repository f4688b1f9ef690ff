import { TidemarkError } from '../../observe/errors.js';
import type { StoreConnection } from '../connect.js';
import { type Aggregate, readAggregates } from '../loads/aggregates.js';
import { nearbyGroups, neighbours, RECOUNT_SETTINGS, refill } from '../loads/recount.js';
import { isWholeDay } from '../loads/whole-days.js';
import { forgetInRollups, type StoreErasure } from './forget-in-rollups.js';
import { countRows, locateSubject } from './locate-subject.js';
import { noteRejected, REJECTED_PLACE } from './note-rejected.js';
import { withoutFormerParts } from './rewrite-parts.js';
import { quoted, subjectWords, UNLOGGED } from './subject-words.js';

/** What an erasure did in the store. */
export interface ErasedRows {
  readonly deleted: Readonly<Record<string, number>>;
  readonly recounted: Readonly<Record<string, number>>;
  readonly days: readonly string[];
  /** Days whose events were deleted before, by their age: what their groups say without anybody's id stays. */
  readonly notRecounted: readonly string[];
}

/** Two cores of four at the most: the others go on being served. */
const SETTINGS = { ...RECOUNT_SETTINGS, ...UNLOGGED, max_threads: 2 } as const;

/**
 * Takes a subject out of every table. Exact only while nothing is loaded, which the caller sees to. Broken off anywhere and
 * begun again it comes to the same end: the raw events, which tell what is to be counted anew, go last.
 *
 * @param eraseId - a UUID of its own.
 * @throws {TidemarkError} `store_refused`.
 */
export async function eraseSubject(
  store: StoreConnection,
  workspaceId: string,
  id: string,
  eraseId: string,
): Promise<ErasedRows> {
  const words = await subjectWords(store, id);
  const aggregates = await readAggregates(store);
  const places = await locateSubject(store, workspaceId, words);
  const tables = new Set([...places.tables, ...aggregates].map(({ table }) => table));
  for (const table of ['rejected', 'recounts']) tables.add(table);
  return withoutFormerParts(store, [...tables], async (rewriter) => {
    const erasure: StoreErasure = { store, workspaceId, words, places, rewriter, eraseId };
    const deleted: Record<string, number> = { ...places.counts, rejected: await eraseRejected(erasure, id) };
    const notRecounted = await forgetInRollups(erasure, aggregates);
    const recounted: Record<string, number> = {};
    for (const aggregate of aggregates) recounted[aggregate.table] = await recountWithout(erasure, aggregate);
    const isAggregate = new Set(aggregates.map(({ table }) => table));
    const plain = places.tables.filter(({ table }) => !isAggregate.has(table) && table !== 'events');
    for (const table of [...plain, ...places.tables.filter(({ table }) => table === 'events')]) {
      if (places.counts[table.table] === 0) continue;
      const onDays = table.table === 'events' ? `${places.onItsDays} AND ` : '';
      await rewriter.remove(table.table, `${isOurs(erasure)} AND ${onDays}${words.isSubject(table)}`);
    }
    // A mend of before notes groups by their keys in clear, ids among them; nobody needs them any longer.
    await store.client().command({ query: 'TRUNCATE TABLE recounts' });
    await nothingLeft(erasure);
    return { deleted, recounted, days: [...new Set([...places.days, ...notRecounted])].sort(), notRecounted };
  });
}

const isOurs = ({ workspaceId }: StoreErasure): string => `workspace_id = ${quoted(workspaceId)}`;

const noted = ({ eraseId }: StoreErasure, target: string): string =>
  `(SELECT key FROM recounts WHERE mend_id = toUUID('${eraseId}') AND target = '${target}')`;

const countNoted = ({ store, eraseId }: StoreErasure, target: string): Promise<number> =>
  countRows(store, 'recounts', `mend_id = toUUID('${eraseId}') AND target = '${target}'`);

/** The subject's raw events, read no further than where they are. */
function ownEvents(erasure: StoreErasure, onlyIds = false): string {
  const { places, words } = erasure;
  const events = places.tables.find(({ table }) => table === 'events');
  const columns = { idColumns: events?.idColumns ?? [], mapColumns: onlyIds ? [] : (events?.mapColumns ?? []) };
  return `${isOurs(erasure)} AND ${places.near} AND ${words.isSubject(columns)}`;
}

async function eraseRejected(erasure: StoreErasure, id: string): Promise<number> {
  const { store, workspaceId, words, eraseId, rewriter } = erasure;
  const target = 'rejected';
  await noteRejected(store, {
    workspaceId,
    id,
    words,
    ownEvents: ownEvents(erasure, true),
    noted: { mendId: eraseId, target },
  });
  const condition = `${isOurs(erasure)} AND hex(${words.hash(REJECTED_PLACE)}) IN ${noted(erasure, target)}`;
  const rows = await countRows(store, target, condition);
  if (rows > 0) await rewriter.remove(target, condition);
  return rows;
}

/** Counts the groups that the subject is in anew, from the raw events of all others. @returns how many. */
async function recountWithout(erasure: StoreErasure, aggregate: Aggregate): Promise<number> {
  const { store, words, places, rewriter, eraseId } = erasure;
  const { table } = aggregate;
  const run = (query: string) => store.client().command({ query, clickhouse_settings: SETTINGS });
  const mine = ownEvents(erasure);
  const key = `hex(${words.hash(`toString((${aggregate.key.join(', ')}))`)})`;
  await run(`
    INSERT INTO recounts (mend_id, target, key)
    SELECT DISTINCT toUUID('${eraseId}'), '${table}', ${key} FROM (${aggregate.groups(`SELECT * FROM events WHERE ${mine} AND ${isWholeDay('event_day')}`)})`);
  const groups = await countNoted(erasure, table);
  const itself = places.tables.find((one) => one.table === table);
  if (groups === 0 && (places.counts[table] ?? 0) === 0) return 0;

  const within = (column: string) =>
    places.days.length === 0
      ? '0'
      : `toDate(${column}) IN (${places.days.map((day) => `toDate('${day}')`).join(', ')})`;
  const hood = { workspaces: isOurs(erasure), within, isMended: mine };
  const isTouched = `${key} IN ${noted(erasure, table)}`;
  const isInGroup = `(${nearbyGroups(aggregate, hood)} AND ${isTouched})`;
  // Where raw rows are gone already, by their age, the aggregate's own columns tell whose it is.
  const isMine = itself ? `${isInGroup} OR ${words.isSubject(itself)}` : isInGroup;
  await rewriter.remove(table, `${isOurs(erasure)} AND (${isMine})`);
  if (groups > 0) {
    const source = `SELECT * FROM events FINAL WHERE ${neighbours(aggregate, hood)} AND NOT (${mine})`;
    await run(refill(aggregate, source, isTouched));
  }
  return groups;
}

/** @throws {TidemarkError} `store_refused` when a table still has a row of the subject. */
async function nothingLeft(erasure: StoreErasure): Promise<void> {
  const { store, places, words } = erasure;
  for (const table of places.tables) {
    const rows = await countRows(store, table.table, `${isOurs(erasure)} AND ${words.isSubject(table)}`);
    if (rows === 0) continue;
    throw new TidemarkError(
      'store_refused',
      `${rows} rows in ${table.table} came while the subject was erased; erase again`,
    );
  }
}
