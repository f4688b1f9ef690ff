import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the engine notes the tokens of a table's last loads. */
const TOKEN_FOLDER = 'deduplication_logs';

/**
 * Forces to the disk which loads the tables have taken. The engine syncs the rows of a load, but not its token: after a power
 * cut it would have the rows and take the same load once more.
 *
 * @param dataDirectory - of the engine: store/PREFIX/TABLE/... inside.
 */
export async function syncTokens(dataDirectory: string): Promise<void> {
  const store = join(dataDirectory, 'store');
  const prefixes = await namesIn(store);
  const tables = await Promise.all(
    prefixes.map(async (prefix) => (await namesIn(join(store, prefix))).map((table) => join(store, prefix, table))),
  );
  await Promise.all(tables.flat().map((table) => syncFolder(join(table, TOKEN_FOLDER))));
}

async function syncFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  await Promise.all(names.map((name) => sync(join(folder, name))));
  if (names.length > 0) await sync(folder); // they are begun anew from time to time
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r').catch(undefinedWhenGone);
  try {
    await file?.sync();
  } finally {
    await file?.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(undefinedWhenGone)) ?? [];
}

/** Tables without tokens have no such folder, and the engine deletes old files while we look. */
function undefinedWhenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
