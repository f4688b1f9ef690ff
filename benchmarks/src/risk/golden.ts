import {
  bestThresholds,
  NAB_PROFILE_NAMES,
  NAB_PROFILES,
  nabPoints,
  nabResult,
  type PerProfile,
  type WeighedRows,
} from '@tidemark/analytics/anomalies';
import { type NabSeries, readGoldenScores } from './nab-series.js';

/**
 * What the benchmark's own scorer gives the seven detectors whose scores lie beside the series, each with its best threshold:
 * standard, low FP, low FN. From numenta/NAB v1.1, to one digit.
 */
const PUBLISHED: Readonly<Record<string, readonly [number, number, number]>> = {
  windowedGaussian: [47.4, 31.6, 55.0],
  knncad: [58.3, 45.5, 64.6],
  relativeEntropy: [56.2, 48.4, 61.0],
  contextOSE: [70.9, 67.9, 74.0],
  numenta: [70.7, 63.9, 75.0],
  ARTime: [75.1, 65.4, 80.6],
  null: [0, 0, 0],
};

/** Results under given thresholds. Some series must have a labelled window. */
export function resultsOf(weighed: readonly WeighedRows[], thresholds: PerProfile): PerProfile {
  const [standard = 0, lowFp = 0, lowFn = 0] = NAB_PROFILE_NAMES.map((name) => {
    const profile = NAB_PROFILES[name];
    const points = weighed.map((one) => nabPoints(one, profile, thresholds[name]));
    return nabResult(points, profile) ?? 0;
  });
  return { standard, lowFp, lowFn };
}

/**
 * The largest distance of our scorer from the published results.
 *
 * @throws {Error} when the seven are not all there.
 */
export function goldenMaxError(series: readonly NabSeries[], folder: string): number {
  const golden = readGoldenScores(folder);
  if (golden.length !== Object.keys(PUBLISHED).length) throw new Error(`${golden.length} golden detectors, not seven`);
  const errors = golden.flatMap(({ detector, scores }) => {
    const weighed = series.map((one) => one.weigh(scores[one.name] ?? []));
    const results = resultsOf(weighed, bestThresholds(weighed));
    const published = PUBLISHED[detector];
    if (!published) throw new Error(`nothing is published about ${detector}`);
    return NAB_PROFILE_NAMES.map((name, i) => Math.abs(results[name] - (published[i] ?? Number.NaN)));
  });
  return Math.max(...errors);
}
