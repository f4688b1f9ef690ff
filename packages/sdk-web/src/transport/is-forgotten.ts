import { LIMITS, timeOfUuidV7 } from '@tidemark/protocol';
import type { Clock } from '../browser/clock.js';

/**
 * Whether the collector may have a batch and not know it again. Its id tells when it was made; judged by the clock that makes it
 * oldest, since what looks like a clock that was put right may have been a long sleep. One of the days to come was made by a clock
 * that nobody knows the error of.
 */
export function isForgotten(batchId: string, { nowBy }: Pick<Clock, 'nowBy'>): boolean {
  return Math.abs(nowBy(Math.max) - timeOfUuidV7(batchId)) > LIMITS.duplicateHorizonMs;
}
