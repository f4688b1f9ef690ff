import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the engine notes the tokens of a table's last loads. */
const TOKEN_FOLDER = 'deduplication_logs';

/**
 * Forces to the disk which loads the tables have taken. The engine syncs the rows of a load, but not its token: after a power
 * cut it would have the rows and take the same load once more.
 *
 * A load goes into a few of the tables, and what is the same as when it was last synced needs nothing: these files only ever
 * grow, and are begun anew under another name. Looking is done at once and not in the thread pool: a name or a size that the
 * kernel has at hand costs it microseconds, and the way there and back ten times as much.
 *
 * @param dataDirectory - of the engine: store/PREFIX/TABLE/... inside.
 * @param sync - makes a file, or the names in a folder, durable.
 */
export function createTokenSync(
  dataDirectory: string,
  sync: (path: string) => Promise<void> = syncPath,
): () => Promise<void> {
  const store = join(dataDirectory, 'store');
  /** By path, what it looked like before its last sync. */
  let synced: ReadonlyMap<string, string> = new Map();

  return async () => {
    const known = synced;
    const looks = looksOf(store);
    const settled = new Map([...looks].filter(([path, look]) => known.get(path) === look));
    const fresh = [...looks].filter(([path]) => !settled.has(path));
    await Promise.all(fresh.map(([path]) => sync(path)));
    synced = new Map([...settled, ...fresh]); // what failed is new the next time, as nothing was noted of it
  };
}

/** What tells whether a file has changed, a folder's names for the folder. */
function looksOf(store: string): Map<string, string> {
  const looks = new Map<string, string>();
  for (const prefix of namesIn(store)) {
    for (const table of namesIn(join(store, prefix))) {
      const folder = join(store, prefix, table, TOKEN_FOLDER);
      const names = namesIn(folder);
      if (names.length === 0) continue;
      for (const name of names) {
        const path = join(folder, name);
        const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
        if (stat) looks.set(path, `${stat.ino} ${stat.size} ${stat.mtimeNs}`);
      }
      looks.set(folder, names.join());
    }
  }
  return looks;
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r').catch(undefinedWhenGone);
  try {
    await file?.sync();
  } finally {
    await file?.close();
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return undefinedWhenGone(error as NodeJS.ErrnoException) ?? [];
  }
}

/** Tables without tokens have no such folder, and the engine deletes old files while we look. */
function undefinedWhenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
