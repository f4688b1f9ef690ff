import { basename, dirname } from 'node:path';
import { integerBetween, type Random } from '../../benchmarks/src/load/random.js';
import type { AppendFile, FileSystem } from '../../packages/collector/src/disk/file-system.js';
import { type Life, never } from './life.js';
import type { VirtualTime } from './virtual-time.js';

/**
 * A disk with a page cache in front of it. A process that is killed loses nothing it has written; a power cut leaves what was
 * synced and, of the rest, anything: a part of what was appended, with holes, and any of the names that were made or removed.
 * Harsher than ext4, which keeps names in order; as harsh as POSIX allows, but for one thing: what a failed sync dropped and
 * could not be removed either is written after all when another process syncs it (see the known limits).
 */
export interface VirtualDisk {
  /** The disk in the hands of one process. */
  of(life: Life): FileSystem;
  cutPower(): void;
  /** Share of operations that fail from here on, 0..1; full: nothing can be appended. */
  setTrouble(failRatio: number, isFull: boolean): void;
}

interface Inode {
  /** What a reader sees. Never changed in place. */
  seen: Buffer;
  /** What is on the platter for sure. */
  synced: Buffer;
  /** Stretches that never reach the platter: the kernel drops pages when a sync fails, and says so only once. */
  dropped: { readonly from: number; readonly to: number; readonly by: Life }[];
}

type Names = Map<string, Inode>;
type NameChange = (names: Names) => void;

const SYNC_MS = { low: 1, high: 4 };
const SLOW_SYNC_MS = 300;
const SLOW_SYNC_RATIO = 0.02;
const OTHER_MS = 0.1;

export function createVirtualDisk(time: VirtualTime, random: Random): VirtualDisk {
  let names: Names = new Map();
  let syncedNames: Names = new Map();
  let changes: NameChange[] = [];
  let failRatio = 0;
  let isFull = false;

  function change(apply: NameChange): void {
    apply(names);
    changes.push(apply);
  }

  function operation<T>(life: Life, delayMs: number, what: string, apply: () => T, partly: () => void): Promise<T> {
    if (!life.alive) return never();
    return new Promise((resolve, reject) => {
      const pending = { atDeath: () => random() < 0.5 && partly() };
      life.pending.add(pending);
      time.after(delayMs, () => {
        if (!life.pending.delete(pending)) return;
        if (random() < failRatio) return reject(fault('EIO', what));
        try {
          resolve(apply());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  function simple<T>(life: Life, what: string, apply: () => T): Promise<T> {
    return operation(life, OTHER_MS, what, apply, () => {
      try {
        apply();
      } catch {
        // it could not be done: nobody is left to hear of it
      }
    });
  }

  function fileOf(life: Life, inode: Inode): AppendFile {
    const write = (bytes: Buffer, count: number) => {
      inode.seen = Buffer.concat([inode.seen, bytes.subarray(0, count)]);
    };
    const somewhere = (bytes: Buffer) => integerBetween(random, 0, bytes.length);
    return {
      append(parts) {
        const bytes = Buffer.concat(parts);
        const tear = () => write(bytes, somewhere(bytes));
        const append = () => {
          if (!isFull) return write(bytes, bytes.length);
          tear();
          throw fault('ENOSPC', 'append');
        };
        return operation(life, OTHER_MS, 'append', append, tear);
      },
      sync() {
        const delayMs = random() < SLOW_SYNC_RATIO ? SLOW_SYNC_MS : integerBetween(random, SYNC_MS.low, SYNC_MS.high);
        const toSync = () => {
          inode.synced = inode.seen;
          inode.dropped = inode.dropped.filter(({ by }) => by === life);
        };
        const before = inode.synced.length;
        return operation(life, delayMs, 'sync', toSync, toSync).catch((error: unknown) => {
          if (random() < 0.3)
            toSync(); // all was written but the last of it, or it only was not heard of
          else inode.dropped.push({ from: before, to: inode.seen.length, by: life });
          throw error;
        });
      },
      truncate: (lengthBytes) =>
        simple(life, 'truncate', () => {
          inode.seen = inode.seen.subarray(0, lengthBytes);
          // What is written there from now on is written anew.
          inode.dropped = inode.dropped
            .filter(({ from }) => from < lengthBytes)
            .map(({ from, to, by }) => ({ from, to: Math.min(to, lengthBytes), by }));
        }),
      close: () => simple(life, 'close', () => undefined),
    };
  }

  function make(path: string): Inode {
    const inode: Inode = { seen: Buffer.alloc(0), synced: Buffer.alloc(0), dropped: [] };
    change((all) => all.set(path, inode));
    return inode;
  }

  function found(path: string): Inode {
    const inode = names.get(path);
    if (!inode) throw fault('ENOENT', path);
    return inode;
  }

  /** What the platter holds of a file when the power goes. */
  function settle(inode: Inode): void {
    const { seen, synced, dropped } = inode;
    const isAppended = seen.length >= synced.length && seen.subarray(0, synced.length).equals(synced);
    let left = isAppended || random() < 0.5 ? seen : synced;
    if (isAppended) left = Buffer.from(seen.subarray(0, integerBetween(random, synced.length, seen.length)));
    else left = Buffer.from(left);
    const unsure = isAppended ? synced.length : left.length;
    if (left.length > unsure && random() < 0.3) left.fill(0, integerBetween(random, unsure, left.length - 1));
    for (const { from, to } of dropped) if (from < left.length) left.fill(0, from, Math.min(to, left.length));
    inode.seen = inode.synced = left;
    inode.dropped = [];
  }

  return {
    of: (life) => ({
      makeDirectory: () => simple(life, 'makeDirectory', () => undefined),
      list: (directory) =>
        simple(life, 'list', () =>
          [...names.keys()].filter((path) => dirname(path) === directory).map((path) => basename(path)),
        ),
      read: (path) => simple(life, 'read', () => found(path).seen),
      create: (path) =>
        simple(life, 'create', () => {
          if (names.has(path)) throw fault('EEXIST', path);
          return fileOf(life, make(path));
        }),
      openForAppend: (path) => simple(life, 'open', () => fileOf(life, names.get(path) ?? make(path))),
      openForRead: (path) =>
        simple(life, 'open', () => {
          const { seen } = found(path);
          return {
            sizeBytes: seen.length,
            read: (position, lengthBytes) =>
              simple(life, 'read', () => {
                if (position + lengthBytes > seen.length) throw fault('EIO', `${path} ends before`);
                return Buffer.from(seen.subarray(position, position + lengthBytes));
              }),
            close: () => simple(life, 'close', () => undefined),
          };
        }),
      rename: (from, to) =>
        simple(life, 'rename', () => {
          const inode = found(from);
          change((all) => {
            all.delete(from);
            all.set(to, inode);
          });
        }),
      remove: (path) =>
        simple(life, 'remove', () => {
          found(path);
          change((all) => void all.delete(path));
        }),
      syncDirectory: () =>
        simple(life, 'syncDirectory', () => {
          for (const apply of changes) apply(syncedNames);
          changes = [];
        }),
    }),
    cutPower() {
      const inOrder = random() < 0.7;
      const kept = inOrder
        ? changes.slice(0, integerBetween(random, 0, changes.length))
        : changes.filter(() => random() < 0.5);
      for (const apply of kept) apply(syncedNames);
      changes = [];
      names = new Map(syncedNames);
      syncedNames = new Map(names);
      for (const inode of new Set(names.values())) settle(inode);
    },
    setTrouble(ratio, full) {
      failRatio = ratio;
      isFull = full;
    },
  };
}

function fault(code: string, what: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
