import { gunzipSync } from 'node:zlib';
import {
  bestThresholds,
  labelWindows,
  NAB_PROFILE_NAMES,
  NAB_PROFILES,
  type NabProfileName,
  nabPoints,
  nabResult,
  type PerProfile,
  type WeighedRows,
  weighRows,
} from '@tidemark/analytics/anomalies';
import { z } from 'zod';
import { scoreSeries } from './score-series.js';
import { isFolder, listFiles, listSeries, readBytes, readSeries, readText, unusable, within } from './series-files.js';

export interface NabOptions {
  readonly data: string;
  readonly windows: string;
  readonly scores?: string;
  readonly thresholdFrom?: string;
  readonly json?: boolean;
}

/** What is printed, and read again by `--threshold-from`. */
interface NabRun extends PerProfile {
  readonly thresholds: PerProfile;
}

type ScoresOf = (name: string) => readonly number[];

/** One file of all scores of a detector, as the benchmark's own are kept. */
const SCORES_SUFFIX = '.json.gz';

const labelsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const thresholdsSchema = z.object({
  thresholds: z.object({ standard: z.number(), lowFp: z.number(), lowFn: z.number() }),
});
const scoresSchema = z.record(z.string(), z.array(z.union([z.string(), z.number()])));

/** Results of one detector, or of each whose scores lie in a folder, by its name. */
export type NabOutcome = NabRun | Readonly<Record<string, NabRun>>;

/** `tidemark nab`: runs the detector over the folder of the benchmark, or takes scores, and gives the three results. */
export function nabCommand(options: NabOptions): void {
  const outcome = nabOutcome(options);
  process.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : describe(outcome));
}

/** @throws {TidemarkError} `series_unusable`. */
export function nabOutcome({ data, windows, scores, thresholdFrom }: NabOptions): NabOutcome {
  const labels = readJson(windows, labelsSchema);
  const fixed = thresholdFrom === undefined ? undefined : readJson(thresholdFrom, thresholdsSchema).thresholds;
  const names = listSeries(data);
  const run = (scoresOf?: ScoresOf) => {
    const series = names.map((name) => weigh(name, data, labels, scoresOf));
    return runOf(series, fixed ?? bestThresholds(series));
  };
  if (scores === undefined) return run();
  const packed = isFolder(scores) ? listFiles(scores, SCORES_SUFFIX) : [];
  if (packed.length === 0) return run(openScores(scores));
  return Object.fromEntries(
    packed.map((file) => [file.slice(0, -SCORES_SUFFIX.length), run(openScores(within(scores, file)))]),
  );
}

function weigh(
  name: string,
  data: string,
  labels: z.infer<typeof labelsSchema>,
  scoresOf: ScoresOf | undefined,
): WeighedRows {
  const series = readSeries(within(data, name));
  const own = labels[name];
  if (!own) throw unusable(`The file of windows does not name ${name}; give it an empty list when it has none.`);
  const found = labelWindows(series.timestamps, own);
  if (found.kind === 'missing') throw unusable(`${name} has no row at ${found.label}, where a window ends.`);
  const scores = scoresOf ? scoresOf(name) : scoreSeries(series);
  if (scores.length !== series.timestamps.length) {
    throw unusable(`${name} has ${series.timestamps.length} rows and ${scores.length} scores: run detect on it again.`);
  }
  return weighRows(scores, found.windows);
}

/** A folder that `detect` wrote (NAB's own result files will do too), or one file of all scores by the name of the series. */
function openScores(path: string): ScoresOf {
  if (isFolder(path)) return (name) => readSeries(within(path, name), ['score', 'anomaly_score']).values;
  const all = readJson(path, scoresSchema);
  return (name) => {
    const scores = all[name];
    if (!scores) throw unusable(`${path} has no scores of ${name}.`);
    return scores.map(Number);
  };
}

function runOf(series: readonly WeighedRows[], thresholds: PerProfile): NabRun {
  const [standard, lowFp, lowFn] = NAB_PROFILE_NAMES.map((name) => {
    const profile = NAB_PROFILES[name];
    const points = series.map((one) => nabPoints(one, profile, thresholds[name]));
    return nabResult(points, profile);
  });
  if (standard === undefined || lowFp === undefined || lowFn === undefined) {
    throw unusable('No series of the folder has a labelled window: there is nothing to be found.');
  }
  return { standard, lowFp, lowFn, thresholds };
}

function describe(outcome: NabOutcome): string {
  if (isRun(outcome)) return describeRun(outcome);
  return Object.entries(outcome)
    .map(([detector, run]) => `${detector}\n${describeRun(run)}`)
    .join('');
}

function isRun(outcome: NabOutcome): outcome is NabRun {
  return typeof outcome.standard === 'number';
}

function describeRun(run: NabRun): string {
  const line = (name: NabProfileName) =>
    `${name.padEnd(10)}${run[name].toFixed(2).padStart(8)}   threshold ${run.thresholds[name]}\n`;
  return NAB_PROFILE_NAMES.map(line).join('');
}

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  const text = file.endsWith('.gz') ? gunzip(file) : readText(file);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unusable(`${file} is no JSON.`, cause);
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw unusable(`${file} is not what is read here: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`);
}

/** The scores of 29 series are 4 MB of text; more than this is a bomb. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024;

function gunzip(file: string): string {
  const packed = readBytes(file);
  try {
    return gunzipSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8');
  } catch (cause) {
    throw unusable(`${file} cannot be unpacked.`, cause);
  }
}
