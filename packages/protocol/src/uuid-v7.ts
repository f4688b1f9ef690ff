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
  const variant = random[2] ?? 0;
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs >= 2 ** 48 || random.length < 10) {
    throw new RangeError(`no UUIDv7 of time ${timeMs} and ${random.length} bytes`);
  }
  const time = timeMs.toString(16).padStart(12, '0');
  let tail = '';
  for (let i = 0; i < 10; i++) tail += (256 + (random[i] ?? 0)).toString(16).slice(1);
  const high = (8 | ((variant >> 4) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(1, 4)}-${high}${tail.slice(5, 8)}-${tail.slice(8)}`;
}
