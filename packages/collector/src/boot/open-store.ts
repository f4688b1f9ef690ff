import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseEngine } from '../engine/supervise-engine.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import { connectStore, type StoreAddress, type StoreConnection } from '../store/connect.js';
import { type Config, storeCluster } from './config.js';

export interface OpenStoreOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  /** How the embedded engine's process is run; the built one unless a test says otherwise. */
  readonly engineCommand: readonly [string, ...string[]] | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The store that the configuration names: a server, or an engine of this collector's own. */
export interface OpenStore {
  readonly connection: StoreConnection;
  /** Where it listens now; undefined while the embedded engine starts. */
  address(): StoreAddress | undefined;
  /** Resolves when there is something to connect to; rejects when there never will be. */
  reachable(): Promise<void>;
  /** Process id of the embedded engine, when it runs. */
  enginePid(): number | undefined;
  stopEngine(): Promise<void>;
}

const BUILT_ENGINE = fileURLToPath(new URL('../engine/main.js', import.meta.url));

export function openStore({ config, dataDirectory, engineCommand, logger, metrics }: OpenStoreOptions): OpenStore {
  const { database } = config;
  const remote = config.clickhouseUrl
    ? { url: config.clickhouseUrl, user: config.clickhouseUser, password: config.clickhousePassword }
    : undefined;
  const engine = remote
    ? undefined
    : superviseEngine({
        directory: resolve(dataDirectory, 'engine'),
        database,
        command: engineCommand ?? builtEngineCommand(),
        logger,
      });
  metrics.gauge(
    'tidemark_engine_restarts',
    'Times the embedded engine was started again',
    () => engine?.restarts() ?? 0,
  );
  const address = () => remote ?? engine?.address();
  return {
    connection: connectStore(address, database, storeCluster(config)),
    address,
    reachable: async () => engine?.ready(),
    enginePid: () => engine?.pid(),
    stopEngine: async () => engine?.stop(),
  };
}

/** How the embedded engine's process is run as built. */
export function builtEngineCommand(): readonly [string, ...string[]] {
  return [process.execPath, BUILT_ENGINE];
}
