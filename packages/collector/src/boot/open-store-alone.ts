import { join } from 'node:path';
import { superviseEngine } from '../engine/supervise-engine.js';
import { createLogger } from '../observe/logger.js';
import { connectStore, type StoreConnection } from '../store/connect.js';
import { lockDirectory } from '../wal/lock-directory.js';
import { type Config, storeCluster } from './config.js';
import { builtEngineCommand } from './open-store.js';

/** A store in the hands of one command, for as long as its work takes. */
export interface StoreAlone {
  readonly config: Config;
  /** How the embedded engine's process is run; the built one unless a test says otherwise. */
  readonly engineCommand?: readonly [string, ...string[]];
}

/**
 * Opens the store without a collector: a server or a cluster as it is configured, or the embedded engine, whose tables must be in nobody
 * else's hands.
 *
 * @throws {TidemarkError} `data_directory_locked` while a collector runs on the embedded engine; what the work throws.
 */
export async function withStoreAlone<T>(
  { config, engineCommand }: StoreAlone,
  work: (store: StoreConnection) => Promise<T>,
): Promise<T> {
  const { clickhouseUrl: url, clickhouseUser: user, clickhousePassword: password, database, dataDirectory } = config;
  if (url !== undefined) {
    const address = { url, user, password };
    const store = connectStore(() => address, database, storeCluster(config));
    return work(store).finally(store.close);
  }
  const lock = await lockDirectory(dataDirectory);
  const engine = superviseEngine({
    directory: join(dataDirectory, 'engine'),
    database,
    command: engineCommand ?? builtEngineCommand(),
    logger: createLogger('silent'),
  });
  const store = connectStore(engine.address, database);
  try {
    await engine.ready();
    return await work(store);
  } finally {
    await store.close();
    await engine.stop();
    await lock.release();
  }
}
