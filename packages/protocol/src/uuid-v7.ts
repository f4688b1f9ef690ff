import type { EpochMs } from './ids.js';

/**
 * UUID version 7: 48 bits of time, then 74 random bits, so that ids sort by time.
 *
 * @param timeMs - integer epoch milliseconds, 0 <= timeMs < 2^48.
 * @param random - 10 bytes of randomness (or of a hash, where the id must be reproducible).
 * @throws {RangeError} when the time does not fit 48 bits or fewer than 10 bytes are given.
 * @see RFC 9562, section 5.7.
 */
export function uuidV7(timeMs: EpochMs, random: Uint8Array): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs >= 2 ** 48 || random.length < 10) {
    throw new RangeError('a UUIDv7 has 48 bits of time and 10 bytes');
  }
  let hex = (2 ** 48 + timeMs).toString(16).slice(1);
  for (const byte of random.subarray(0, 10)) hex += (256 + byte).toString(16).slice(1);
  const variant = '89ab'[((random[2] ?? 0) >> 4) & 3];
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})/, `$1-$2-7$3-${variant}$4-`);
}

/** When an id of `uuidV7` was made, epoch milliseconds. */
export function timeOfUuidV7(id: string): EpochMs {
  return Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
}
