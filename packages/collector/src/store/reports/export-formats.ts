import type { ReportFormat } from '@tidemark/protocol';

export type ExportFormat = Exclude<ReportFormat, 'json'>;

/** What the store calls a format, and what it is on the wire. */
export const EXPORT_FORMATS: Readonly<Record<ExportFormat, { readonly name: string; readonly type: string }>> = {
  jsonl: { name: 'JSONEachRow', type: 'application/x-ndjson' },
  csv: { name: 'CSVWithNames', type: 'text/csv; charset=utf-8' },
  parquet: { name: 'Parquet', type: 'application/vnd.apache.parquet' },
  arrow: { name: 'ArrowStream', type: 'application/vnd.apache.arrow.stream' },
};
