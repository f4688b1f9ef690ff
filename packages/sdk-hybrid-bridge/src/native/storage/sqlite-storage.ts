import type { HostStorage } from './host-storage.js';

/** What is used of an SQLite; expo-sqlite has these names, others take a few lines. */
export interface SqliteLike {
  /** Runs statements without parameters. */
  execAsync(sql: string): Promise<void>;
  runAsync(sql: string, params: (string | number)[]): Promise<unknown>;
  getAllAsync<Row>(sql: string, params: (string | number)[]): Promise<Row[]>;
}

const TABLES = `
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS tidemark_records (key INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tidemark_texts (name TEXT PRIMARY KEY, text TEXT NOT NULL);
`;
/** SQLite takes 999 parameters at least. */
const PARAMETERS_MAX = 900;

/**
 * A queue in SQLite. One statement a write, so that it needs no transaction of its own in a database of the app's.
 *
 * @example openHost({ storage: await openSqliteStorage(await openDatabaseAsync('tidemark.db')), ... })
 */
export async function openSqliteStorage(database: SqliteLike): Promise<HostStorage> {
  await database.execAsync(TABLES);
  return {
    async append(texts) {
      // A batch is one parameter, its JSON: the rows come all or none, however many they are.
      await database.runAsync(
        'INSERT INTO tidemark_records (text) SELECT value FROM json_each(?) ORDER BY CAST(key AS INTEGER)',
        [JSON.stringify(texts)],
      );
    },
    read: (from, limit) =>
      database.getAllAsync('SELECT key, text FROM tidemark_records WHERE key >= ? ORDER BY key LIMIT ?', [from, limit]),
    async remove(keys) {
      for (let at = 0; at < keys.length; at += PARAMETERS_MAX) {
        const some = keys.slice(at, at + PARAMETERS_MAX);
        const marks = some.map(() => '?').join();
        await database.runAsync(`DELETE FROM tidemark_records WHERE key IN (${marks})`, some);
      }
    },
    async getText(name) {
      const rows = await database.getAllAsync<{ text: string }>('SELECT text FROM tidemark_texts WHERE name = ?', [
        name,
      ]);
      return rows[0]?.text;
    },
    async setText(name, text) {
      await database.runAsync('INSERT OR REPLACE INTO tidemark_texts (name, text) VALUES (?, ?)', [name, text]);
    },
  };
}
