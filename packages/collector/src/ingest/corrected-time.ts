import type { EpochMs } from '@tidemark/protocol';

/** Below this a difference is the network's delay, not the clock's fault: a slow upload takes seconds. */
const TRUSTED_SKEW_MS = 30_000;

/**
 * How far a device's clock is off, by when a batch left and when it arrived.
 *
 * @returns milliseconds to add to the device's times; 0 when the two agree within half a minute.
 */
export function clockSkewMs(sentAt: EpochMs, receivedAt: EpochMs): number {
  const skew = receivedAt - sentAt;
  return Math.abs(skew) <= TRUSTED_SKEW_MS ? 0 : skew;
}

/** The moment by the collector's clock; nothing happens after it was received. */
export function correctedTime(occurredAt: EpochMs, skewMs: number, receivedAt: EpochMs): EpochMs {
  return Math.min(occurredAt + skewMs, receivedAt);
}
