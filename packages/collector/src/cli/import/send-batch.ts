import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type Answer,
  type BackoffPolicy,
  type BatchId,
  type DeliveryOutcome,
  readAnswer,
  retryDelayMs,
} from '@tidemark/protocol';
import { TidemarkError } from '../../observe/errors.js';

export interface DeliveryDependencies {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep: (delayMs: number) => Promise<unknown>;
}

/** Where a batch goes, and what shows that it may. */
export interface Route {
  /** Base address of the collector. */
  readonly url: string;
  /** Under it, without a slash before. */
  readonly path: string;
  /** Of one attempt: a signature is of the bytes as they travel, and of its moment. */
  readonly headersOf: (body: Uint8Array, nowMs: number) => Readonly<Record<string, string>>;
}

/** What an attempt ends in that is not made again. */
export type FinalOutcome = Exclude<DeliveryOutcome, { kind: 'retry' }>;

/** A person waits: shorter steps than an SDK's, and an end. */
const BACKOFF: BackoffPolicy = { baseMs: 500, maxMs: 15_000 };
/** How long one batch is tried: longer than a collector takes to restart and replay its log. */
export const RETRY_FOR_MS = 5 * 60_000;
/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 60_000;

const compress = promisify(gzip);

/**
 * Sends a batch until it is answered for good.
 *
 * @param batchAt - the batch as it leaves at a moment; its id stays.
 * @param again - what a person does when the collector is back: "import the same file again".
 * @throws {TidemarkError} `import_not_delivered` when there was no ack for {@link RETRY_FOR_MS}.
 */
export async function sendBatch(
  batchAt: (nowMs: number) => { readonly batchId: BatchId },
  route: Route,
  { fetch, now, random, sleep }: DeliveryDependencies,
  again: string,
): Promise<FinalOutcome> {
  const giveUpAtMs = now() + RETRY_FOR_MS;
  for (let attempt = 1; ; attempt++) {
    const batch = batchAt(now());
    const { answer, failure } = await post(JSON.stringify(batch), route, fetch, now);
    const outcome = readAnswer(answer, batch.batchId, now());
    if (outcome.kind !== 'retry') return outcome;
    const delayMs = outcome.afterMs ?? retryDelayMs(attempt, BACKOFF, random);
    if (now() + delayMs > giveUpAtMs) {
      const last = answer.status === 0 ? 'no answer' : `last answer: HTTP ${answer.status}`;
      throw new TidemarkError(
        'import_not_delivered',
        `The collector at ${route.url} did not take the events for ${RETRY_FOR_MS / 60_000} minutes (${last}). When it is back, ${again}: what has arrived is recognised and nothing is counted twice.`,
        { cause: failure },
      );
    }
    await sleep(delayMs);
  }
}

/** One attempt. No answer, or one that is no JSON, is an answer too: the rule for all senders reads it. */
async function post(
  text: string,
  { url, path, headersOf }: Route,
  send: typeof fetch,
  now: () => number,
): Promise<{ answer: Answer; failure?: unknown }> {
  const body = await compress(text);
  try {
    const response = await send(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method: 'POST',
      headers: {
        ...headersOf(body, now()),
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'user-agent': 'tidemark-import',
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = await response.text();
    return {
      answer: { status: response.status, retryAfter: response.headers.get('retry-after'), body: parseJson(answer) },
    };
  } catch (failure) {
    return { answer: { status: 0, retryAfter: null, body: undefined }, failure };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: no ack, whatever its status
  }
}
