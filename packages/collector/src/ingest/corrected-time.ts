import { type BatchContext, type EpochMs, LIMITS } from '@tidemark/protocol';

/** Below this a difference is the network's delay, not the clock's fault: a slow upload takes seconds. */
const TRUSTED_SKEW_MS = 30_000;

/** A device that measured worse than this knows less than the arrival tells. */
const OFFSET_ERROR_MAX_MS = 30_000;

/** What the device knows of its clock from earlier answers. */
export type KnownOffset = Pick<BatchContext, 'clockOffsetMs' | 'clockErrorMs'>;

/**
 * How far a device's clock is off: by what it measured itself when the events happened, or else by when their batch left and
 * when it arrived. The two may differ by days: the clock was set, or the device slept, in between.
 *
 * @param known - believed when its error is at most 30 s.
 * @returns milliseconds to add to the device's times; 0 when the two clocks agree as well as can be told, which is within
 *   the error of what the device measured, or within half a minute.
 */
export function clockSkewMs(sentAt: EpochMs, receivedAt: EpochMs, known: KnownOffset = {}): number {
  const { clockOffsetMs: offset, clockErrorMs: error } = known;
  if (offset !== undefined && error !== undefined && error <= OFFSET_ERROR_MAX_MS) {
    return Math.abs(offset) < error ? 0 : offset;
  }
  const skew = receivedAt - sentAt;
  return Math.abs(skew) <= TRUSTED_SKEW_MS ? 0 : skew;
}

/** The moment by the collector's clock; nothing happens after it was received, nor before the first time that an event may tell. */
export function correctedTime(occurredAt: EpochMs, skewMs: number, receivedAt: EpochMs): EpochMs {
  return Math.max(LIMITS.occurredAtMinMs, Math.min(occurredAt + skewMs, receivedAt));
}
