import { Piscina } from 'piscina';
import type { FeatureTable } from './feature-table.js';
import type { RefreshPart, RefreshTask } from './refresh-worker.js';

export interface FeatureRefresher {
  /** All features of all subjects asked for; no subject is in two of the tables. */
  refresh(query: Omit<RefreshPart, 'part'>): Promise<readonly FeatureTable[]>;
  close(): Promise<void>;
}

/** What a subject leaves behind is dead as the next one comes: a nursery that holds many of them is swept seldom. */
const YOUNG_MB = 64;

/**
 * Features of many subjects by several threads at once: each asks the store for a part of them and finishes it. While the store
 * adds up one part, another is finished.
 *
 * @param worker - file of the worker, built.
 * @param store - where the threads connect to; the address as it is when they are asked.
 * @param threads - as many as there are processors to use.
 */
export function createFeatureRefresher(
  worker: string,
  store: () => RefreshTask['store'],
  threads: number,
): FeatureRefresher {
  const pool = new Piscina<RefreshTask, FeatureTable>({
    filename: worker,
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    execArgv: [], // what the process was started with is no matter of the thread
  });
  return {
    refresh: (query) =>
      Promise.all(
        Array.from({ length: threads }, (_, index) =>
          pool.run({ ...query, part: { index, of: threads }, store: store() }, { name: 'refreshInThread' }),
        ),
      ),
    close: () => pool.destroy(),
  };
}
