import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readFeatureRows } from '../pipeline/read-feature-rows.js';
import { createFeatureRefresher, type FeatureRefresher } from '../pipeline/refresh-features.js';
import type { FeatureRowsRouteOptions } from '../reports/feature-rows-route.js';
import { placeOfStore, type StoreAddress, type StoreConnection } from '../store/connect.js';

export interface FeatureRowsParts {
  readonly store: StoreConnection;
  readonly storeAddress: () => StoreAddress | undefined;
  readonly database: string;
}

export interface OpenFeatureRows {
  readonly read: FeatureRowsRouteOptions['readFeatureRows'];
  close(): Promise<void>;
}

const BUILT_WORKER = fileURLToPath(new URL('../pipeline/refresh-worker.js', import.meta.url));
/** More would take from those who send events. */
const THREADS_MAX = 4;

/** The threads are made with the first question. */
export function openFeatureRows({ store, storeAddress, database }: FeatureRowsParts): OpenFeatureRows {
  let refresher: FeatureRefresher | undefined;
  function open(): FeatureRefresher {
    const place = placeOfStore(storeAddress, database);
    return createFeatureRefresher(BUILT_WORKER, place, Math.min(THREADS_MAX, availableParallelism()));
  }
  return {
    read(workspaceId, query) {
      refresher ??= open();
      return readFeatureRows(store, refresher, workspaceId, query);
    },
    close: async () => refresher?.close(),
  };
}
