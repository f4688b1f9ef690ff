import type { Problem } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import type { Target } from './find-collector.js';

/**
 * One request to a running collector, with its key.
 *
 * @param path - with its query, from the first slash on.
 * @returns the JSON of the answer, which is that of our own collector to this path.
 * @throws {TidemarkError} `collector_unreachable` when none answers, or when it refuses, in its own words.
 */
export async function askCollector<Answer>(
  { url, key }: Target,
  path: string,
  request: { readonly method?: string; readonly body?: string } = {},
): Promise<Answer> {
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
  return (await answer.json()) as Answer; // our own collector's
}
