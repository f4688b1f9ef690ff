import { basename, dirname, join } from 'node:path';
import { type FileSystem, isNoFile } from './file-system.js';

/** Ends the name of what no loader takes, and what is left for a person to look at. */
export const DAMAGED = '.damaged';

/** Reads what is there by that name; undefined when it is no file. */
export async function readIfFile(path: string, fileSystem: FileSystem): Promise<Buffer | undefined> {
  try {
    return await fileSystem.read(path);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** What is there by that name, empty where nothing is; undefined when it was no file, which is set aside then. */
export async function readOrSetAside(path: string, fileSystem: FileSystem): Promise<Buffer | undefined> {
  const isThere = (await fileSystem.list(dirname(path))).includes(basename(path));
  const found = isThere ? await readIfFile(path, fileSystem) : Buffer.alloc(0);
  if (!found) await setAside(path, fileSystem);
  return found;
}

/** Renames it to `.damaged`, or `.2.damaged` and so on: what was set aside before is not written over. */
export async function setAside(path: string, fileSystem: FileSystem): Promise<void> {
  const taken = new Set(await fileSystem.list(dirname(path)));
  let name = `${basename(path)}${DAMAGED}`;
  for (let again = 2; taken.has(name); again++) name = `${basename(path)}.${again}${DAMAGED}`;
  await fileSystem.rename(path, join(dirname(path), name));
}
