import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** A table that a view fills from `events`, and how to fill it anew. */
export interface Aggregate {
  readonly table: string;
  readonly columns: readonly string[];
  /** What makes a group, in order. */
  readonly key: readonly string[];
  /** The view's own query, over other rows of the same shape. */
  readonly groups: (source: string) => string;
}

interface Row {
  readonly table: string;
  readonly query: string;
  readonly sortingKey: string;
  readonly columns: readonly string[];
}

/** It is what the others are mended by, and counts loads, not events. */
const LOG = 'loads';

/** The views' own queries, as the server holds them: a view that is added or changed is mended like the others. */
const VIEWS = `
  SELECT t.name AS table, v.as_select AS query, t.sorting_key AS sortingKey,
    (
      SELECT groupArray((table, name)) FROM (SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, position)
    ) AS every,
    arrayMap(c -> c.2, arrayFilter(c -> c.1 = t.name, every)) AS columns
  FROM system.tables AS v
  INNER JOIN system.tables AS t ON t.database = v.database AND concat(t.name, '_view') = v.name
  WHERE v.database = currentDatabase() AND v.engine = 'MaterializedView'
  ORDER BY t.name`;

const SOURCE = /\bFROM (?:`?\w+`?\.)?`?events`?(?=\s|$)/g;
const KEY = /^\w+(?:, \w+)*$/;

/** Every aggregate over the events that the store has, but for the log of loads. @throws for one whose definition cannot be read. */
export async function readAggregates(store: StoreConnection): Promise<Aggregate[]> {
  return (await readViews(store)).filter(({ table }) => table !== LOG);
}

/** The log of loads, which a view fills like the others. */
export async function readLoadLog(store: StoreConnection): Promise<Aggregate> {
  const log = (await readViews(store)).find(({ table }) => table === LOG);
  if (!log) throw new TypeError(`no view fills ${LOG}`);
  return log;
}

async function readViews(store: StoreConnection): Promise<Aggregate[]> {
  const rows = await queryRows<Row>(store, VIEWS, {});
  return rows.map(({ table, query, sortingKey, columns }) => {
    if (query.match(SOURCE)?.length !== 1 || !KEY.test(sortingKey)) {
      throw new TypeError(
        `${table}_view is no plain query over events, or ${table} has no plain key: it cannot be counted anew`,
      );
    }
    return {
      table,
      columns,
      key: sortingKey.split(', '),
      groups: (source) => query.replace(SOURCE, () => `FROM (${source})`),
    };
  });
}
