import type { ReportName, ReportQuery } from '@tidemark/protocol';

/** Path and query string of a report, relative to the API's root. What is a list goes as JSON. */
export function reportPath<N extends ReportName>(name: N, query: ReportQuery<N>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const text = search.toString();
  return `v1/reports/${name}${text === '' ? '' : `?${text}`}`;
}
