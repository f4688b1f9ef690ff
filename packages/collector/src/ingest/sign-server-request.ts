import { createHmac } from 'node:crypto';
import { type EpochMs, SIGNATURE_HEADERS, SIGNATURE_SCHEME, signedHead } from '@tidemark/protocol';

/**
 * The headers of a signed request. Each attempt is signed anew: a nonce counts once, even when the answer was lost.
 *
 * @param secret - the secret key, which also goes into `Authorization`.
 * @param timestampMs - the sender's clock, at most 300 s off.
 * @param nonce - 16 to 64 letters, digits, `-` or `_`, random: `randomUUID()` of `node:crypto` will do.
 * @param body - as it travels: after packing, where it is packed.
 */
export function signServerRequest(
  secret: string,
  timestampMs: EpochMs,
  nonce: string,
  body: string | Uint8Array,
): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${secret}`,
    [SIGNATURE_HEADERS.timestamp]: String(timestampMs),
    [SIGNATURE_HEADERS.nonce]: nonce,
    [SIGNATURE_HEADERS.signature]: `${SIGNATURE_SCHEME}=${serverSignature(secret, timestampMs, nonce, body).toString('hex')}`,
  };
}

/** HMAC-SHA256, 32 bytes. @see RFC 2104 */
export function serverSignature(
  secret: string,
  timestampMs: EpochMs,
  nonce: string,
  body: string | Uint8Array,
): Buffer {
  return createHmac('sha256', secret).update(signedHead(timestampMs, nonce)).update(body).digest();
}
