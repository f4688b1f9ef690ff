import type { AppendFile, FileSystem } from '../../../packages/collector/dist/disk/file-system.js';

export const OPERATIONS = [
  'create',
  'openForAppend',
  'append',
  'shortAppend',
  'sync',
  'truncate',
  'close',
  'read',
  'rename',
  'remove',
  'syncDirectory',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The calls of one operation that fail, counted from 1. */
export interface Fault {
  readonly operation: Operation;
  readonly nth: number;
  readonly times: number;
}

export interface FailingFileSystem extends FileSystem {
  /** How often each operation was asked for. */
  readonly counts: Readonly<Record<Operation, number>>;
  /** Calls that failed because they were told to. */
  failures(): number;
  /** From here on nothing fails. */
  mend(): void;
}

/** A file system, but for the calls of it that fail. A `shortAppend` writes half, an append that fails nothing. */
export function failFiles(base: FileSystem, faults: readonly Fault[]): FailingFileSystem {
  const counts = Object.fromEntries(OPERATIONS.map((operation) => [operation, 0])) as Record<Operation, number>; // all of them
  let failures = 0;
  let mended = false;

  function isDue(operation: Operation): boolean {
    const call = ++counts[operation];
    const due = faults.some((one) => one.operation === operation && one.nth <= call && call < one.nth + one.times);
    if (due && !mended) failures++;
    return due && !mended;
  }

  function fail(operation: Operation, code: string): void {
    if (isDue(operation)) throw Object.assign(new Error(`${code}: told to fail at ${operation}`), { code });
  }

  function guard(file: AppendFile): AppendFile {
    return {
      async append(parts) {
        fail('append', 'ENOSPC');
        if (!isDue('shortAppend')) return file.append(parts);
        const bytes = Buffer.concat(parts);
        await file.append([bytes.subarray(0, bytes.length >> 1)]);
        throw Object.assign(new Error('ENOSPC: told to be full'), { code: 'ENOSPC' });
      },
      async sync() {
        fail('sync', 'EIO');
        await file.sync();
      },
      async truncate(lengthBytes) {
        fail('truncate', 'EIO');
        await file.truncate(lengthBytes);
      },
      async close() {
        await file.close(); // even a close that reports a fault releases the descriptor
        fail('close', 'EIO');
      },
    };
  }

  return {
    ...base,
    counts,
    failures: () => failures,
    mend() {
      mended = true;
    },
    async create(path) {
      fail('create', 'ENOSPC');
      return guard(await base.create(path));
    },
    async openForAppend(path) {
      fail('openForAppend', 'EMFILE');
      return guard(await base.openForAppend(path));
    },
    async read(path) {
      fail('read', 'EIO');
      return base.read(path);
    },
    async rename(from, to) {
      fail('rename', 'EIO');
      await base.rename(from, to);
    },
    async remove(path) {
      fail('remove', 'EIO');
      await base.remove(path);
    },
    async syncDirectory(path) {
      fail('syncDirectory', 'EIO');
      await base.syncDirectory(path);
    },
  };
}
