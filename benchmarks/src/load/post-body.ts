import { type Agent, request } from 'node:http';
import type { Answer } from '@tidemark/protocol';

export interface PostTarget {
  /** Keeps connections open between requests. */
  readonly agent: Agent;
  /** Address of the collector. */
  readonly url: string;
  readonly writeKey: string;
  readonly gzip: boolean;
}

/** A collector that was killed may leave a connection that says nothing. */
const ANSWER_WITHIN_MS = 10_000;

/** As `readAnswer` takes it. */
export const NO_ANSWER: Answer = { status: 0, retryAfter: null, body: undefined };

/**
 * Sends one batch and reads the answer whole. Never rejects: `NO_ANSWER` where there is none.
 */
export function postBody(target: PostTarget, body: Uint8Array): Promise<Answer> {
  return new Promise((resolve) => {
    const noAnswer = () => resolve(NO_ANSWER);
    const outgoing = request(
      `${target.url}/v1/batch`,
      {
        method: 'POST',
        agent: target.agent,
        timeout: ANSWER_WITHIN_MS,
        headers: {
          authorization: `Bearer ${target.writeKey}`,
          'content-type': 'application/json',
          'content-length': body.byteLength,
          'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile',
          ...(target.gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', noAnswer);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            retryAfter: incoming.headers['retry-after'] ?? null,
            body: parsed(Buffer.concat(chunks).toString('utf8')),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', noAnswer);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // an answer cut short is none
  }
}
