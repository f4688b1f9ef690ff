import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type EpochMs,
  NONCE_PATTERN,
  SIGNATURE_HEADERS,
  SIGNATURE_SCHEME,
  SIGNATURE_WINDOW_MS,
} from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import { serverSignature } from './sign-server-request.js';

/** What the headers of a signed request say, before its body is there. */
export interface Signature {
  readonly timestampMs: EpochMs;
  readonly nonce: string;
  readonly mac: Buffer;
}

const NONCE = new RegExp(NONCE_PATTERN);
const MAC = new RegExp(`^${SIGNATURE_SCHEME}=([0-9a-f]{64})$`);

/** @throws {HttpProblem} `bad_signature` naming the header that is missing or not understood, `stale_timestamp`. */
export function readSignature(headers: IncomingHttpHeaders, receivedAt: EpochMs): Signature {
  const timestamp = headerOf(headers, SIGNATURE_HEADERS.timestamp, /^(\d{1,15})$/);
  const nonce = headerOf(headers, SIGNATURE_HEADERS.nonce, NONCE);
  const mac = headerOf(headers, SIGNATURE_HEADERS.signature, MAC).slice(SIGNATURE_SCHEME.length + 1);
  const timestampMs = Number(timestamp);
  if (Math.abs(receivedAt - timestampMs) > SIGNATURE_WINDOW_MS) {
    throw new HttpProblem(
      'stale_timestamp',
      `The request was signed at ${timestampMs} and the clock here says ${receivedAt}: sign anew, and set the clock if it is off.`,
      { field: SIGNATURE_HEADERS.timestamp },
    );
  }
  return { timestampMs, nonce, mac: Buffer.from(mac, 'hex') };
}

/**
 * @param body - as it came, still packed.
 * @throws {HttpProblem} `bad_signature`.
 */
export function verifySignature(secret: string, { timestampMs, nonce, mac }: Signature, body: Uint8Array): void {
  if (timingSafeEqual(serverSignature(secret, timestampMs, nonce, body), mac)) return;
  throw new HttpProblem(
    'bad_signature',
    'The signature is not that of this body, timestamp and nonce under this key: sign the bytes that are sent.',
    { field: SIGNATURE_HEADERS.signature },
  );
}

function headerOf(headers: IncomingHttpHeaders, name: string, pattern: RegExp): string {
  const value = headers[name];
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new HttpProblem(
    'bad_signature',
    `The header ${name} is ${value === undefined ? 'missing' : 'not understood'}.`,
    {
      field: name,
    },
  );
}
