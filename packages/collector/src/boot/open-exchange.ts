import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import { type OpenSuppressions, openSuppressions } from '../privacy/open-suppressions.js';
import type { Config } from './config.js';
import { type Control, openControl } from './open-control.js';
import type { OpenStore } from './open-store.js';
import type { Workspaces } from './open-workspaces.js';
import { prepareStore } from './prepare-store.js';

export interface ExchangeOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly workspaces: Workspaces;
  readonly store: OpenStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Ends the waiting for the store: the collector stops. */
  readonly stopSignal: AbortSignal;
}

/** What collectors tell one another by the store: who may do what, and who was erased. */
export interface Exchange {
  readonly control: Control;
  readonly suppressions: OpenSuppressions;
  /** Resolves when the store has its schema and all of this; rejects when it never will. */
  readonly prepared: Promise<void>;
  isPrepared(): boolean;
}

/** Knows what was exchanged before, and begins to exchange as soon as the store appears. */
export async function openExchange(options: ExchangeOptions): Promise<Exchange> {
  const { config, dataDirectory, workspaces, store, logger, metrics, stopSignal } = options;
  let isPrepared = false;
  const control = await openControl({
    ...{ config, dataDirectory, workspaces, store: store.connection, logger, metrics },
    storeReady: () => isPrepared,
  });
  const suppressions = await openSuppressions({ dataDirectory, store: store.connection, logger, now: Date.now });
  metrics.gauge(
    'tidemark_suppressions',
    'People whose events are refused because they were erased',
    suppressions.count,
  );
  const prepared = prepareStore({
    store: store.connection,
    reachable: store.reachable,
    exchangeControl: async () => {
      await control.exchange();
      await suppressions.exchange();
    },
    logger,
    stopSignal,
  }).then(() => {
    isPrepared = true;
    control.start();
    suppressions.start();
  });
  return { control, suppressions, prepared, isPrepared: () => isPrepared };
}
