import type { EpochMs } from './ids.js';

/** Headers of a signed request, beside `Authorization: Bearer SECRET_KEY`. */
export const SIGNATURE_HEADERS = {
  /** When it was signed, epoch milliseconds. */
  timestamp: 'tidemark-timestamp',
  /** 16 to 64 letters, digits, `-` or `_`, never used before: random. */
  nonce: 'tidemark-nonce',
  /** `v1=` and the HMAC-SHA256, hex. */
  signature: 'tidemark-signature',
} as const;

/** How far the sender's clock may be from the collector's, either way. */
export const SIGNATURE_WINDOW_MS = 300_000;

export const NONCE_PATTERN = '^[A-Za-z0-9_-]{16,64}$';

export const SIGNATURE_SCHEME = 'v1';

/** What is signed is this and then the body as it travels. No part can run into the next: none holds a dot. */
export function signedHead(timestampMs: EpochMs, nonce: string): string {
  return `${SIGNATURE_SCHEME}.${timestampMs}.${nonce}.`;
}
