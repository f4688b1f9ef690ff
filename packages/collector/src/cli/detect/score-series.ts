import { createSeriesDetector, type ParsedSeries } from '@tidemark/analytics/anomalies';

/** Scores each row of one series by the rows before it. */
export function scoreSeries({ timesMs, values }: ParsedSeries): number[] {
  const detector = createSeriesDetector();
  return values.map((value, row) => detector.observe(timesMs[row] ?? 0, value).score);
}
