import { createHash, randomBytes } from 'node:crypto';
import { KEY_PREFIXES, type KeyKind } from '@tidemark/protocol';

/** A new key: its kind's prefix and 160 random bits. Shown once; only its hash is kept. */
export function createApiKey(kind: KeyKind): string {
  return KEY_PREFIXES[kind] + randomBytes(20).toString('hex');
}

/** SHA-256, hex. A key is random enough that no salt or slow hash is needed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
