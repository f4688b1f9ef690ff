import { randomBytes } from 'node:crypto';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { formsOf, isDistinctive, USER_NAMES } from './subject-ids.js';
import type { SubjectTable } from './subject-tables.js';

/**
 * How statements speak of a subject: by hashes under a key that is made for one erasure and kept nowhere else. A deletion lies
 * in a file of its table long after it is done, so the id never stands in one.
 */
export interface SubjectWords {
  /** Hash of a text expression, as an expression. */
  hash(expression: string): string;
  /** Whether a row of this table is the subject's. */
  isSubject(table: Pick<SubjectTable, 'idColumns'> & Partial<SubjectTable>): string;
}

/** A server that keeps a log of queries must not keep one of the id. */
export const UNLOGGED = { log_queries: 0 } as const;

const HASHES = `
  SELECT arrayMap(
    id -> hex(sipHash128Keyed((toUInt64({a:String}), toUInt64({b:String})), id)),
    JSONExtract({forms:String}, 'Array(String)')
  ) AS hashes`;

export async function subjectWords(store: StoreConnection, id: string): Promise<SubjectWords> {
  const [a, b] = [randomBytes(8).readBigUInt64LE().toString(), randomBytes(8).readBigUInt64LE().toString()];
  const rows = await queryRows<{ readonly hashes: readonly string[] }>(
    store,
    HASHES,
    { a, b, forms: JSON.stringify(formsOf(id)) },
    UNLOGGED,
  );
  const hashes = (rows[0]?.hashes ?? []).map((hash) => `unhex('${hash}')`).join(', ');
  const hash = (expression: string) => `sipHash128Keyed((toUInt64(${a}), toUInt64(${b})), ${expression})`;
  return {
    hash,
    isSubject({ idColumns, mapColumns = [] }) {
      const ids = idColumns.map((column) => `${hash(`toString(${column})`)} IN (${hashes})`);
      const maps = mapColumns.map((column) =>
        isDistinctive(id)
          ? `arrayExists(v -> ${hash('v')} IN (${hashes}), mapValues(${column}))`
          : `arrayExists((k, v) -> (${namesUser('k')}) AND ${hash('v')} IN (${hashes}), mapKeys(${column}), mapValues(${column}))`,
      );
      return `(${[...ids, ...maps].join(' OR ')})`;
    },
  };
}

const namesUser = (name: string): string =>
  USER_NAMES.map((word) => `positionCaseInsensitive(${name}, '${word}') > 0`).join(' OR ');

/** A workspace's id in a statement that is kept: one of ours, and yet anything may stand in it. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
