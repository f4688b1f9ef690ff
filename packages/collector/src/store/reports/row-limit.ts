import { EXPORT_ROWS_MAX, REPORT_ROWS_MAX, type ReportFilter } from '@tidemark/protocol';

/** Rows at most, where nobody says: as many as the format may have. */
export function rowLimit({ limit, format = 'json' }: ReportFilter): number {
  return limit ?? (format === 'json' ? REPORT_ROWS_MAX : EXPORT_ROWS_MAX);
}

interface Turned extends ReportFilter {
  readonly cursor?: string;
}

/** First row of a page of rows, from 0. */
export function firstRow({ cursor }: Turned): number {
  return cursor === undefined ? 0 : Number(cursor.slice(1));
}
