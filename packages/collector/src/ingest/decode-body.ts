import { promisify } from 'node:util';
import { gunzip, gunzipSync, inflate, inflateSync } from 'node:zlib';
import { LIMITS } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';

const gunzipAside = promisify(gunzip);
const inflateAside = promisify(inflate);

/** Below this, going to the thread pool and back costs more than the work. */
const ASIDE_ABOVE_BYTES = 16 * 1024;

const DECODERS = {
  gzip: { now: gunzipSync, aside: gunzipAside },
  deflate: { now: inflateSync, aside: inflateAside },
};

export interface DecodedBody {
  readonly text: string;
  readonly value: unknown;
}

/**
 * A body as JSON, whatever it came packed in. Never Brotli: a small body of it can cost a second to refuse.
 *
 * @param encodings - the `Content-Encoding` header and the `z` parameter of the address, as they came.
 * @throws {HttpProblem} 415 another encoding, 413 more than the limit once unpacked, 400 not JSON.
 */
export async function decodeBody(body: Buffer, encodings: readonly unknown[]): Promise<DecodedBody> {
  const text = (await unpack(body, encodings)).toString('utf8');
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    throw new HttpProblem('unreadable_body', 'The body is not JSON.');
  }
}

async function unpack(body: Buffer, encodings: readonly unknown[]): Promise<Buffer> {
  const given = encodings
    .filter((encoding) => encoding !== undefined)
    .map((encoding) => String(encoding).toLowerCase()) // a parameter that is given twice comes as a list
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  const [name] = given;
  if (name === undefined) return body;
  if (given.length > 1 || (name !== 'gzip' && name !== 'deflate')) {
    throw new HttpProblem('unsupported_encoding', 'Send the body as it is, or packed once with gzip or deflate.');
  }
  const decoder = DECODERS[name];
  const options = { maxOutputLength: LIMITS.bodyBytes };
  try {
    return body.length > ASIDE_ABOVE_BYTES ? await decoder.aside(body, options) : decoder.now(body, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge();
    throw new HttpProblem('unreadable_body', `The body is not ${name}.`);
  }
}

export function bodyTooLarge(): HttpProblem {
  return new HttpProblem(
    'body_too_large',
    `A body may hold ${LIMITS.bodyBytes} bytes once unpacked; send fewer events.`,
  );
}
