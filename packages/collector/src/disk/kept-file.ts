import { readWhole } from './read-whole.js';
import { writeWhole } from './write-whole.js';

/** What workspaces have said and must not be forgotten, beside the WAL: a list in one file, replaced as a whole. */
export interface KeptFile<T> {
  readonly kept: readonly T[];
  save(kept: readonly T[]): Promise<void>;
}

/** @throws {TidemarkError} `file_damaged`: without it what was said would no longer hold. */
export async function openKeptFile<T>(path: string): Promise<KeptFile<T>> {
  const kept = await readWhole(path, (value): value is readonly T[] => Array.isArray(value)); // written below
  return {
    kept: kept ?? [],
    save: (kept) => writeWhole(path, JSON.stringify(kept)),
  };
}
