import type { EpochMs, ReportQuery } from '@tidemark/protocol';
import type { Choice, TimeRange } from './choice.js';

/** Pages asked for at most; the table filters and sorts among these. */
export const PAGE_ROWS_MAX = 1_000;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The report query of a choice. No `to`: a page that refreshes itself ends now. */
export function reportQuery(choice: Pick<Choice, 'range' | 'surface'>, nowMs: EpochMs): ReportQuery<'sessions'> {
  const from = rangeStart(choice.range, nowMs);
  return {
    ...(from === undefined ? {} : { from }),
    ...(choice.surface === 'all' ? {} : { surface: choice.surface }),
    limit: PAGE_ROWS_MAX,
  };
}

/** Names asked for at most on the page of surfaces, each a row of both. */
const CONTENT_ROWS_MAX = 100;

/** The same of the surfaces report, which is always of both. */
export function contentQuery({ range }: Pick<Choice, 'range'>, nowMs: EpochMs): ReportQuery<'surfaces'> {
  const from = rangeStart(range, nowMs);
  return { ...(from === undefined ? {} : { from }), limit: CONTENT_ROWS_MAX };
}

/** When a range begins; undefined for all time. */
export function rangeStart(range: TimeRange, nowMs: EpochMs): EpochMs | undefined {
  switch (range) {
    case 'hour':
      return nowMs - HOUR_MS;
    case 'today':
      return new Date(nowMs).setHours(0, 0, 0, 0); // the viewer's midnight
    case '7d':
      return nowMs - 7 * DAY_MS;
    case '30d':
      return nowMs - 30 * DAY_MS;
    case 'all':
      return undefined;
  }
}
