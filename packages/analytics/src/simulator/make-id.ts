import type { EpochMs } from '@tidemark/protocol';
import type { Random } from './random.js';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** UUIDv7 of simulated time and simulated chance. @see RFC 9562, section 5.7. */
export function makeId<Id extends string>(random: Random, atMs: EpochMs): Id {
  const high = Math.floor(atMs / 2 ** 16);
  const low = atMs % 2 ** 16;
  const a = random.bits();
  const b = random.bits();
  const c = random.bits();
  const version = 0x70 | (c & 15);
  const variant = 0x80 | ((c >>> 4) & 0x3f);
  const time = `${word(high)}-${byte(low >>> 8)}${byte(low)}`;
  const id = `${time}-${byte(version)}${byte(c >>> 10)}-${byte(variant)}${byte(c >>> 18)}-${word(a)}${byte(b >>> 8)}${byte(b)}`;
  return id as Id; // made here, by the pattern of all ids
}

function byte(value: number): string {
  return BYTES[value & 255] ?? '00';
}

function word(value: number): string {
  return byte(value >>> 24) + byte(value >>> 16) + byte(value >>> 8) + byte(value);
}
