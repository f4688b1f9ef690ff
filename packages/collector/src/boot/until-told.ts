import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../observe/logger.js';

export interface UntilToldOptions {
  /** What is missing until then, for the log. */
  readonly missing: string;
  readonly logger: Pick<Logger, 'warn'>;
  /** Ends the asking: the collector stops. */
  readonly stopSignal: AbortSignal;
}

const AGAIN_MS = 2_000;

/** Asks the store again and again until it tells; rejects only when the collector stops before. */
export async function untilTold<T>(
  ask: () => Promise<T>,
  { missing, logger, stopSignal }: UntilToldOptions,
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (stopSignal.aborted) throw error;
      logger.warn({ error: String(error) }, `${missing} not there yet; asking the store again`);
      await sleep(AGAIN_MS, undefined, { signal: stopSignal });
    }
  }
}
