import type { ReportName, ReportQuery } from '@tidemark/protocol';

/** Path and query string of a report, relative to the API's root. */
export function reportPath(name: ReportName, query: ReportQuery): string {
  const search = new URLSearchParams();
  for (const key of ['from', 'to', 'surface', 'appId', 'limit'] as const) {
    const value = query[key];
    if (value !== undefined) search.set(key, String(value));
  }
  const text = search.toString();
  return `v1/reports/${name}${text === '' ? '' : `?${text}`}`;
}
