import { FLAG_SCORE, type ParsedSeries } from '@tidemark/analytics/anomalies';
import { scoreSeries } from './score-series.js';
import { isFolder, isSame, listSeries, readSeries, unusable, within, writeText } from './series-files.js';

export interface DetectOptions {
  readonly input: string;
  readonly output: string;
  readonly threshold?: number;
}

/** `tidemark detect`: scores a series, or every series of a folder, and writes them in the same shape. */
export function detectCommand({ input, output, threshold = FLAG_SCORE }: DetectOptions): void {
  if (isSame(input, output)) throw unusable('Give --output another name than --input: a series is never written over.');
  if (!isFolder(input)) {
    writeScores(input, output, threshold);
    return;
  }
  for (const name of listSeries(input)) writeScores(within(input, name), within(output, name), threshold);
}

function writeScores(from: string, to: string, threshold: number): void {
  const series = readSeries(from);
  writeText(to, scoresText(series, scoreSeries(series), threshold));
}

/** A value that is no number is an empty cell. */
function scoresText({ timestamps, values }: ParsedSeries, scores: readonly number[], threshold: number): string {
  const lines = scores.map((score, row) => {
    const value = values[row] ?? Number.NaN;
    return `${timestamps[row]},${Number.isNaN(value) ? '' : value},${score},${score >= threshold ? 1 : 0}\n`;
  });
  return `timestamp,value,score,flag\n${lines.join('')}`;
}
