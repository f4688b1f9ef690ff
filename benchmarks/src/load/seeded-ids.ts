import { type Brand, brandId, type EpochMs, uuidV7 } from '@tidemark/protocol';
import type { Random } from './random.js';

const ID_BYTES = 10;

/** A UUIDv7 whose random part comes from the given generator. */
export function seededId<T extends string & Brand<string>>(random: Random, timeMs: EpochMs): T {
  const bytes = new Uint8Array(ID_BYTES);
  for (let i = 0; i < ID_BYTES; i++) bytes[i] = Math.floor(random() * 256);
  return brandId<T>(uuidV7(timeMs, bytes));
}
