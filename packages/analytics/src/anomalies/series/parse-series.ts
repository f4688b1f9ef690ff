/** One series as its file tells it. All three have one entry a row. */
export interface ParsedSeries {
  /** As written, to be written again. */
  readonly timestamps: readonly string[];
  /** Epoch milliseconds. */
  readonly timesMs: readonly number[];
  /** NaN where the cell holds no number: a gap, which no detector learns from. */
  readonly values: readonly number[];
}

export type SeriesText =
  | { readonly kind: 'series'; readonly series: ParsedSeries }
  | { readonly kind: 'unusable'; readonly line: number; readonly reason: 'no_column' | 'bad_timestamp' };

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const EPOCH_MS = /^\d{11,14}$/;

/**
 * Reads a series out of CSV text with a header line.
 *
 * @param columns - names of the value's column, the first that is there; `timestamp` must be there too. A timestamp is
 *   epoch milliseconds or ISO 8601 (a space in the place of the T will do), UTC when no zone is said.
 */
export function parseSeries(text: string, columns: readonly string[] = ['value']): SeriesText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const timeColumn = header.indexOf('timestamp');
  const column = columns.map((name) => header.indexOf(name)).find((index) => index >= 0);
  if (timeColumn < 0 || column === undefined) return { kind: 'unusable', line: 1, reason: 'no_column' };
  const timestamps: string[] = [];
  const timesMs: number[] = [];
  const values: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const cells = line.split(',');
    const timestamp = (cells[timeColumn] ?? '').trim();
    const atMs = timeOf(timestamp);
    if (Number.isNaN(atMs)) return { kind: 'unusable', line: index + 1, reason: 'bad_timestamp' };
    const cell = (cells[column] ?? '').trim();
    timestamps.push(timestamp);
    timesMs.push(atMs);
    values.push(cell === '' ? Number.NaN : Number(cell));
  }
  return { kind: 'series', series: { timestamps, timesMs, values } };
}

function timeOf(timestamp: string): number {
  if (EPOCH_MS.test(timestamp)) return Number(timestamp);
  return Date.parse(WITHOUT_ZONE.test(timestamp) ? `${timestamp.replace(' ', 'T')}Z` : timestamp);
}
