import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';

export const FIXTURE = fileURLToPath(new URL('./fixture.log', import.meta.url));
export const BAD_FIXTURE = fileURLToPath(new URL('./fixture-bad.log', import.meta.url));
const INDEPENDENT_COUNT = fileURLToPath(new URL('./independent-count.mjs', import.meta.url));
const SHARED_DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

const FULL_NAME = 'weblogs/apache_logs';
/** The whole log of 10,000 lines, which is not part of the repository. */
export const FULL_LOG = join(process.env.TIDEMARK_TEST_DATA ?? SHARED_DATA, FULL_NAME);

/** `it` where the whole log is present; elsewhere a skipped test, and a line in the list of missing data. */
export function itWithFullLog(): typeof it | typeof it.skip {
  if (existsSync(FULL_LOG)) return it;
  const skipLog = process.env.TIDEMARK_SKIP_LOG;
  if (skipLog) appendFileSync(skipLog, `${FULL_NAME}\n`);
  return it.skip;
}

/** Figures of a page, as the pages report names them. */
export interface PageCount {
  readonly views: number;
  readonly visitors: number;
  readonly entries: number;
  readonly exits: number;
  readonly bounces: number;
  readonly dwellMsMedian: number | null;
}

/** Figures of sessions, as the sessions report names them. */
export interface SessionCount {
  readonly sessions: number;
  readonly visitors: number;
  readonly events: number;
  readonly views: number;
  readonly bounces: number;
  readonly bounceRatio: number;
  readonly durationMsMedian: number;
}

/** What the independent count prints. */
export interface LogCount extends SessionCount {
  readonly lines: number;
  readonly unparsable: number;
  readonly requests: number;
  readonly viewEnds: number;
  readonly sessionsOfThreeHits: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** By the UTC day on which the session began. */
  readonly days: Readonly<Record<string, SessionCount>>;
  readonly pages: Readonly<Record<string, PageCount>>;
}

/** Counts a log in a process of its own, with code that shares nothing with the project. */
export function countIndependently(file: string): LogCount {
  const printed = execFileSync(process.execPath, [INDEPENDENT_COUNT, file], { maxBuffer: 1 << 26 });
  return JSON.parse(printed.toString()) as LogCount; // it prints exactly this
}
