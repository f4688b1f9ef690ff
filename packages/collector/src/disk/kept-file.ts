import { readFile } from 'node:fs/promises';
import { writeWhole } from './write-whole.js';

/** What workspaces have said and must not be forgotten, beside the WAL: a list in one file, replaced as a whole. */
export interface KeptFile<T> {
  readonly kept: readonly T[];
  save(kept: readonly T[]): Promise<void>;
}

/** @throws when there is a file and it cannot be read: without it what was said would no longer hold. */
export async function openKeptFile<T>(path: string): Promise<KeptFile<T>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return {
    kept: JSON.parse(text) as readonly T[], // written below
    save: (kept) => writeWhole(path, JSON.stringify(kept)),
  };
}
