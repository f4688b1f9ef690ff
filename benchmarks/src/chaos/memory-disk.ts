import type { AppendFile, FileSystem } from '../../../packages/collector/dist/disk/file-system.js';

/** What lies on the disk, by path. */
export type DiskImage = ReadonlyMap<string, Buffer>;

/** A disk in memory that knows what of it would survive a power cut. */
export interface MemoryDisk extends FileSystem {
  /**
   * What a start after a crash may find: between all that was written and what was synced alone lies everything that a disk may
   * do with names and contents, each for itself.
   */
  images(): DiskImage[];
}

interface StoredFile {
  written: Buffer;
  synced: Buffer;
}

/** @param image - what lies there already. Paths are of one directory. */
export function memoryDisk(image: DiskImage = new Map()): MemoryDisk {
  const names = new Map<string, StoredFile>(
    [...image].map(([path, bytes]) => [path, { written: bytes, synced: bytes }]),
  );
  let syncedNames = new Map(names);

  function existing(path: string): StoredFile {
    const file = names.get(path);
    if (!file) throw fault('ENOENT', path);
    return file;
  }

  function make(path: string): StoredFile {
    const file = { written: Buffer.alloc(0), synced: Buffer.alloc(0) };
    names.set(path, file);
    return file;
  }

  return {
    async makeDirectory() {},
    list: async (directory) => [...names.keys()].map((path) => path.slice(directory.length + 1)),
    read: async (path) => existing(path).written,
    async create(path) {
      if (names.has(path)) throw fault('EEXIST', path);
      return appendTo(make(path));
    },
    openForAppend: async (path) => appendTo(names.get(path) ?? make(path)),
    async openForRead(path) {
      const { written } = existing(path);
      return {
        sizeBytes: written.length,
        read: async (position, lengthBytes) => written.subarray(position, position + lengthBytes),
        async close() {},
      };
    },
    async rename(from, to) {
      names.set(to, existing(from));
      names.delete(from);
    },
    async remove(path) {
      existing(path);
      names.delete(path);
    },
    async syncDirectory() {
      syncedNames = new Map(names);
    },
    images: () =>
      [names, syncedNames].flatMap((found) =>
        (['written', 'synced'] as const).map((what) => new Map([...found].map(([path, file]) => [path, file[what]]))),
      ),
  };
}

function appendTo(file: StoredFile): AppendFile {
  return {
    async append(parts) {
      file.written = Buffer.concat([file.written, ...parts]);
    },
    async sync() {
      file.synced = file.written;
    },
    async truncate(lengthBytes) {
      file.written = file.written.subarray(0, lengthBytes);
    },
    async close() {},
  };
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
