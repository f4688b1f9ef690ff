import type { Problem } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import type { Target } from './find-collector.js';

interface CollectorRequest {
  readonly method?: string;
  readonly body?: string;
}

/**
 * One request to a running collector, with its key.
 *
 * @param path - with its query, from the first slash on.
 * @returns the JSON of the answer, which is that of our own collector to this path.
 * @throws {TidemarkError} `collector_unreachable` when none answers, or when it refuses, in its own words.
 */
export async function askCollector<Answer>(
  target: Target,
  path: string,
  request: CollectorRequest = {},
): Promise<Answer> {
  return (await (await requestCollector(target, path, request)).json()) as Answer; // our own collector's
}

/** The same, of which the answer is still to be read. @throws likewise. */
export async function requestCollector(
  { url, key }: Target,
  path: string,
  request: CollectorRequest = {},
): Promise<Response> {
  const answer = await fetch(url + path, {
    ...request,
    headers: { authorization: `Bearer ${key}` },
  }).catch((cause: unknown) => {
    throw new TidemarkError(
      'collector_unreachable',
      `no collector answers at ${url}: start one with npm start, or set TIDEMARK_URL`,
      { cause },
    );
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => undefined)) as Partial<Problem> | undefined;
    throw new TidemarkError(
      'collector_unreachable',
      `the collector refused (${answer.status}): ${problem?.detail ?? answer.statusText}`,
    );
  }
  return answer;
}
