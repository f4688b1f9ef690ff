import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import type { StoreConnection } from '../store/connect.js';
import { applyMigrations } from '../store/migrations/apply-migrations.js';

export interface PrepareStoreOptions {
  readonly store: StoreConnection;
  /** Resolves when there is something to connect to; rejects when there never will be. */
  readonly reachable: () => Promise<void>;
  /** Brings the control data here and there together; rejects when the store does not answer. */
  readonly exchangeControl: () => Promise<void>;
  readonly logger: Logger;
  /** Ends the waiting: the collector stops. */
  readonly stopSignal: AbortSignal;
}

const RETRY = { baseMs: 300, maxMs: 5_000 };

/**
 * Brings the schema up to date and the control data together, for as long as the store takes to appear.
 *
 * @throws {TidemarkError} `engine_missing`, `store_too_old`, or `store_refused` when it was stopped before.
 */
export async function prepareStore(options: PrepareStoreOptions): Promise<void> {
  const { store, logger, stopSignal } = options;
  for (let attempt = 1; !stopSignal.aborted; attempt++) {
    try {
      await options.reachable();
      const applied = await applyMigrations(store);
      if (applied.length > 0) logger.info({ applied }, 'schema brought up to date');
      await options.exchangeControl();
      return;
    } catch (error) {
      if (isForGood(error)) throw error;
      if (stopSignal.aborted) break;
      logger.warn({ error: String(error), attempt }, 'store not ready; trying again');
      const delayMs = RETRY.baseMs + retryDelayMs(attempt, RETRY, Math.random);
      await sleep(delayMs, undefined, { signal: stopSignal }).catch(() => undefined); // the loop looks why
    }
  }
  throw new TidemarkError('store_refused', 'the collector stopped before the store was ready');
}

/** No waiting will make an engine or a newer server of it. */
function isForGood(error: unknown): boolean {
  return error instanceof TidemarkError && (error.code === 'engine_missing' || error.code === 'store_too_old');
}
