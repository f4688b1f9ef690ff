import { TidemarkError } from '../observe/errors.js';
import { isNoFile } from './file-system.js';
import { readText } from './read-text.js';

/**
 * Reads the JSON of a file that is replaced as a whole (`writeWhole`), and that nothing else can tell.
 *
 * @param isWhole - whether it is what was written there.
 * @returns undefined when there is none.
 * @throws {TidemarkError} `file_damaged`: a start without it would forget what it says, and write over what is left of it.
 */
export async function readWhole<T>(path: string, isWhole: (value: unknown) => value is T): Promise<T | undefined> {
  try {
    const value: unknown = JSON.parse(await readText(path));
    if (isWhole(value)) return value;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException; // of the file system, or of no kind
    if (code === 'ENOENT') return undefined;
    throw damaged(path, isNoFile(cause) ? 'it is no file' : code, cause);
  }
  throw damaged(path);
}

/** Whether it is an object with these lists in it. */
export function hasLists(value: unknown, names: readonly string[]): boolean {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>; // parsed from JSON
  return names.every((name) => Array.isArray(fields[name]));
}

function damaged(path: string, code = 'it is not what a collector writes', cause?: unknown): TidemarkError {
  const advice = 'put it back from a backup, or choose another --data';
  return new TidemarkError('file_damaged', `${path} cannot be read (${code}): ${advice}`, { cause });
}
