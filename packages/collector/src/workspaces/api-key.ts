import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { KEY_PREFIXES, type KeyKind, keyKind } from '@tidemark/protocol';

/** 160 random bits, hex. */
const RANDOM_DIGITS = 40;
/** CRC-32 of prefix and random digits, hex. Keys of earlier releases have none. */
const CHECKSUM_DIGITS = 8;
const DIGITS = /^[0-9a-f]*$/;

/** A new key: its kind's prefix, 160 random bits and a checksum. Shown once; only its hash is kept. */
export function createApiKey(kind: KeyKind): string {
  const text = KEY_PREFIXES[kind] + randomBytes(RANDOM_DIGITS / 2).toString('hex');
  return text + checksum(text);
}

/** SHA-256, hex. A key is random enough that no salt or slow hash is needed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** What a key is called by: the beginning of its hash, which tells nothing of the key. */
export function keyIdOf(keyHash: string): string {
  return keyHash.slice(0, 16);
}

/**
 * Whether a text can be a key that was issued, told without looking for one: a mistyped key passes once in 2^32 times.
 * A key of earlier releases passes by its shape alone.
 */
export function isWellFormedKey(key: string): boolean {
  const kind = keyKind(key);
  if (kind === undefined) return false;
  const digits = key.length - KEY_PREFIXES[kind].length;
  if (digits !== RANDOM_DIGITS && digits !== RANDOM_DIGITS + CHECKSUM_DIGITS) return false; // before anything of its length
  if (!DIGITS.test(key.slice(KEY_PREFIXES[kind].length))) return false;
  return digits === RANDOM_DIGITS || checksum(key.slice(0, -CHECKSUM_DIGITS)) === key.slice(-CHECKSUM_DIGITS);
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
