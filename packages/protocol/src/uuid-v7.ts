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
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs >= 2 ** 48) {
    throw new RangeError(`a UUIDv7 holds 48 bits of epoch milliseconds, got ${timeMs}`);
  }
  if (random.length < 10) throw new RangeError(`a UUIDv7 needs 10 random bytes, got ${random.length}`);
  const time = timeMs.toString(16).padStart(12, '0');
  let tail = '';
  for (let i = 0; i < 10; i++) {
    let byte = random[i] as number; // the length was checked above
    if (i === 0) byte = (byte & 0x0f) | 0x70; // version 7
    if (i === 2) byte = (byte & 0x3f) | 0x80; // variant 10
    tail += byte.toString(16).padStart(2, '0');
  }
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}
