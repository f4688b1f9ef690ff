import type { FileSystem } from '../disk/file-system.js';

/**
 * What was written, refused to its senders, and lies on the disk all the same. They send it again: a process that found the
 * two after a crash would take both. So nothing more is acknowledged, and its file not loaded, before it is gone for good.
 */
export interface RefusedTails {
  /** @param keepBytes - what was acknowledged before it; 0 when the whole file goes. */
  add(path: string, keepBytes: number): void;
  /**
   * Cuts off all of them, if that file has one; any, if none is named. Rejects when the disk does not let go of one: that one
   * stays to be tried again.
   */
  cutOff(path?: string): Promise<void>;
}

export function createRefusedTails(directory: string, fileSystem: FileSystem): RefusedTails {
  const tails = new Map<string, number>();
  let cutting: Promise<void> | undefined;

  async function cutAll(): Promise<void> {
    for (const [path, keepBytes] of tails) {
      if (keepBytes > 0) await cutAt(path, keepBytes, fileSystem);
      else await remove(path);
      tails.delete(path);
    }
  }

  async function remove(path: string): Promise<void> {
    await fileSystem.remove(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // removed before, and the directory not synced
    });
    await fileSystem.syncDirectory(directory);
  }

  return {
    add: (path, keepBytes) => void tails.set(path, keepBytes),
    cutOff(path) {
      if (tails.size === 0 || (path !== undefined && !tails.has(path))) return Promise.resolve(); // nearly always
      cutting ??= cutAll().finally(() => {
        cutting = undefined;
      });
      return cutting;
    },
  };
}

/** Shortens a file for good. */
export async function cutAt(path: string, lengthBytes: number, fileSystem: FileSystem): Promise<void> {
  const file = await fileSystem.openForAppend(path);
  try {
    await file.truncate(lengthBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
