import { join } from 'node:path';
import type { FileSystem } from '../../disk/file-system.js';
import { joinIds } from './id-bytes.js';
import { mergeRuns } from './merge-runs.js';
import { openRun, type Run } from './open-run.js';
import { type SortedIds, writeRun } from './write-run.js';

/** All runs on disk. Each holds ids that came on one day, so that a day is forgotten by deleting its files. */
export interface RunShelf {
  /** Of the ids at `wanted` (indices into `ids`, 16 bytes each), those that some run holds. */
  find(workspaceId: string, ids: Buffer, wanted: readonly number[]): Promise<ReadonlySet<number>>;
  /** Writes a new run. */
  add(day: number, workspaces: ReadonlyMap<string, readonly string[]>): Promise<void>;
  /** Makes fewer runs of many, and deletes the days before `oldestDay`. */
  tidy(today: number, oldestDay: number): Promise<void>;
  ids(): number;
  runs(): number;
  memoryBytes(): number;
  /** Damaged blocks that were read, and files that could not be opened. */
  damaged(): number;
  close(): Promise<void>;
}

export interface RunShelfOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** 32 random bits. */
  readonly random: () => number;
  /** So many runs of about one size and one day become one. */
  readonly mergeAt: number;
  /** Ids of the smallest size. */
  readonly smallestRun: number;
  /** All filters together take no more; a run beyond that has none. */
  readonly filterBytesMax: number;
}

interface Shelved {
  readonly run: Run;
  readonly day: number;
}

/** Offsets in a run are 32 bits; this stays well below. */
const RUN_IDS_MAX = 200_000_000;

const NAME = /^(\d{6})-(\d{10})\.ids$/;

/** Opens whatever a crash left: what is not whole is set aside. */
export async function openRunShelf(options: RunShelfOptions): Promise<RunShelf> {
  const { directory, fileSystem } = options;
  await fileSystem.makeDirectory(directory);
  let shelf: Shelved[] = [];
  const searches = new Set<Promise<unknown>>();
  let damaged = 0;
  let nextNumber = 1;
  for (const name of (await fileSystem.list(directory)).sort()) await take(name);

  async function take(name: string): Promise<void> {
    const [, day, number] = NAME.exec(name.replace(/\.(new|damaged)$/, '')) ?? [];
    if (number === undefined) return; // not ours
    nextNumber = Math.max(nextNumber, Number(number) + 1);
    if (name.endsWith('.new')) await fileSystem.remove(join(directory, name));
    if (name.endsWith('.ids')) await shelve(name, Number(day));
  }

  async function shelve(name: string, day: number): Promise<void> {
    const run = await openRun(name, { directory, fileSystem, onDamage: () => damaged++ });
    if (!run) {
      damaged++;
      await fileSystem.rename(join(directory, name), join(directory, `${name}.damaged`));
      return;
    }
    const filters = shelf.reduce((sum, other) => sum + other.run.filterBytes(), 0);
    if (filters + run.filterBytes() > options.filterBytesMax) run.dropFilter();
    shelf.push({ run, day });
  }

  async function write(day: number, idsMax: number, sections: Iterable<SortedIds>): Promise<void> {
    const name = `${String(day).padStart(6, '0')}-${String(nextNumber++).padStart(10, '0')}.ids`;
    await writeRun({ directory, fileSystem, name, idsMax, filterSalt: options.random() }, sections);
    await shelve(name, day);
  }

  async function drop(dropped: readonly Shelved[]): Promise<void> {
    shelf = shelf.filter((one) => !dropped.includes(one));
    await Promise.allSettled(searches); // who began before may still read them
    for (const { run } of dropped) {
      await run.close();
      await fileSystem.remove(join(directory, run.name));
    }
    if (dropped.length > 0) await fileSystem.syncDirectory(directory);
  }

  /** Runs that should become one: of a day that is over all, of today's those of one size, when they are many. */
  function crowd(today: number): readonly Shelved[] | undefined {
    const groups = new Map<string, Shelved[]>();
    for (const one of shelf) {
      const size = Math.floor(Math.log(Math.max(1, one.run.ids / options.smallestRun)) / Math.log(options.mergeAt));
      const key = one.day < today ? `${one.day}` : `${one.day} ${size}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return [...groups.values()].find((group) => {
      const isOver = group.every(({ day }) => day < today);
      return group.length >= (isOver ? 2 : options.mergeAt) && idsOf(group) <= RUN_IDS_MAX;
    });
  }

  async function find(workspaceId: string, ids: Buffer, wanted: readonly number[]): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    let open = wanted;
    for (const { run } of shelf) {
      if (open.length === 0) break;
      const here = await run.find(workspaceId, ids, open);
      if (here.length === 0) continue;
      for (const place of here) found.add(place);
      open = open.filter((place) => !found.has(place));
    }
    return found;
  }

  return {
    find(workspaceId, ids, wanted) {
      const search = find(workspaceId, ids, wanted);
      searches.add(search);
      const end = () => searches.delete(search);
      search.then(end, end);
      return search;
    },
    async add(day, workspaces) {
      const sections = [...workspaces].map(([workspaceId, ids]) => ({ workspaceId, pieces: [joinIds(ids)] }));
      const idsMax = [...workspaces.values()].reduce((sum, ids) => sum + ids.length, 0);
      await write(day, idsMax, sections);
    },
    async tidy(today, oldestDay) {
      await drop(shelf.filter(({ day }) => day < oldestDay));
      for (let group = crowd(today); group; group = crowd(today)) {
        const runs = group.map(({ run }) => run);
        await write(group[0]?.day ?? today, idsOf(group), mergeRuns(runs));
        await drop(group);
      }
    },
    ids: () => idsOf(shelf),
    runs: () => shelf.length,
    memoryBytes: () => shelf.reduce((sum, { run }) => sum + run.memoryBytes(), 0),
    damaged: () => damaged,
    async close() {
      for (const { run } of shelf) await run.close();
    },
  };
}

function idsOf(group: readonly Shelved[]): number {
  return group.reduce((sum, { run }) => sum + run.ids, 0);
}
