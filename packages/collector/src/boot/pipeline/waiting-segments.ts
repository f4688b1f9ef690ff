import { setTimeout as sleep } from 'node:timers/promises';
import type { Loader } from '../../batch/loader.js';
import { TidemarkError } from '../../observe/errors.js';
import { countSubjectRows } from '../../store/privacy/row-subject.js';
import type { Wal } from '../../wal/open-wal.js';
import { layoutOf } from './wal-streams.js';

/** Where an erasure meets the WAL: what was accepted and is not in the store yet. */
export interface WaitingSegments {
  /** Rows of this id among all that was accepted before. */
  count(id: string): Promise<number>;
  /**
   * Resolves when all that was accepted before is in the store and its segments are gone.
   *
   * @throws {TidemarkError} `store_refused` when the store does not take it within so long; what `signal` says when it is aborted.
   */
  drain(withinMs: number, signal?: AbortSignal): Promise<void>;
  /** Segments that were set aside. */
  damagedSegments(): Promise<number>;
}

export interface WaitingSegmentsOptions {
  readonly wal: Pick<Wal, 'barrier' | 'seal' | 'sealed' | 'read'>;
  readonly loader: Pick<Loader, 'nudge'>;
  /** Has what was gathered of copies written down. */
  readonly flushCopies: () => Promise<void>;
  /** Names in the directory of the WAL. */
  readonly list: () => Promise<readonly string[]>;
}

const LOOK_MS = 20;

export function createWaitingSegments({ wal, loader, flushCopies, list }: WaitingSegmentsOptions): WaitingSegments {
  async function sealAll(): Promise<void> {
    await flushCopies();
    await wal.barrier();
    await wal.seal();
    loader.nudge();
  }

  return {
    async count(id) {
      await sealAll();
      let rows = 0;
      for (const segment of [...wal.sealed()]) {
        const content = await wal.read(segment).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined; // loaded meanwhile: its rows are found in their tables
          throw error;
        });
        for (const record of content?.records ?? []) {
          const layout = layoutOf(content?.layout ?? '[]', record.stream);
          if (layout) rows += countSubjectRows(layout, Buffer.from(record.rows), id);
        }
      }
      return rows;
    },
    async drain(withinMs, signal) {
      await sealAll();
      const last = wal.sealed().at(-1)?.number ?? 0;
      for (const deadline = performance.now() + withinMs; (wal.sealed()[0]?.number ?? last + 1) <= last; ) {
        if (performance.now() > deadline) {
          throw new TidemarkError('store_refused', 'what was accepted before is not loaded yet; ask again in a moment');
        }
        await sleep(LOOK_MS, undefined, { signal });
      }
    },
    damagedSegments: async () => (await list()).filter((name) => name.endsWith('.damaged')).length,
  };
}
