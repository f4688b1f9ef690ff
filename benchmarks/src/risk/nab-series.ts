import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { labelWindows, parseSeries, type WeighedRows, weighRows } from '@tidemark/analytics/anomalies';
import { UsageError } from '../usage-error.js';

/** One labelled series of the benchmark. */
export interface NabSeries {
  /** `folder/file.csv`. */
  readonly name: string;
  readonly folder: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly weigh: (scores: readonly number[]) => WeighedRows;
}

/** @throws {UsageError} when they are not there. */
export function readNabSeries(folder: string): NabSeries[] {
  const labelsFile = join(folder, 'windows.json');
  if (!existsSync(labelsFile)) {
    throw new UsageError(`There is no ${labelsFile}; let TIDEMARK_TEST_DATA name the folder that holds nab/.`);
  }
  const labels = JSON.parse(readFileSync(labelsFile, 'utf8')) as Record<string, [string, string][]>; // NAB's own format
  return Object.entries(labels).map(([name, own]) => {
    const parsed = parseSeries(readFileSync(join(folder, 'data', name), 'utf8'));
    if (parsed.kind === 'unusable') throw new UsageError(`${name} is unusable: ${parsed.reason}, line ${parsed.line}.`);
    const found = labelWindows(parsed.series.timestamps, own);
    if (found.kind === 'missing') throw new UsageError(`${name} has no row at ${found.label}.`);
    const { timesMs, values } = parsed.series;
    const weigh = (scores: readonly number[]) => weighRows(scores, found.windows);
    return { name, folder: name.split('/')[0] ?? '', timesMs, values, weigh };
  });
}

/** Scores of a published detector, by the name of the series. */
export function readGoldenScores(folder: string): { detector: string; scores: Record<string, readonly number[]> }[] {
  return readdirSync(join(folder, 'golden')).map((file) => {
    const text = gunzipSync(readFileSync(join(folder, 'golden', file))).toString();
    const raw = JSON.parse(text) as Record<string, string[]>; // NAB's scores, kept as text
    const scores = Object.fromEntries(Object.entries(raw).map(([name, column]) => [name, column.map(Number)]));
    return { detector: file.replace('.json.gz', ''), scores };
  });
}
