import { dirname } from 'node:path';
import { type AppendFile, type FileSystem, nodeFileSystem } from './file-system.js';

/**
 * Puts a file in the place of another: after a kill or a power cut there is the former whole or this one whole, and this one
 * once it resolves. Two at a time would take each other's new file away: the caller sees to it that they go in turn.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  await writeWholeBy(path, (file) => file.append([bytes]), fileSystem);
}

/** The same of a content that comes in pieces. */
export async function writeWholeBy(
  path: string,
  write: (file: AppendFile) => Promise<void>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const fresh = `${path}.new`;
  await fileSystem.remove(fresh).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // mostly there is none: it is what an attempt before this one left
  });
  const file = await fileSystem.create(fresh);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(fresh, path);
  await fileSystem.syncDirectory(dirname(path));
}
