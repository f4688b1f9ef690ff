import {
  beginRow,
  bestThresholds,
  CHANNEL_NAMES,
  CHANNELS,
  type ChannelName,
  type ChannelWeights,
  endRow,
  NAB_PROFILE_NAMES,
  NAB_PROFILES,
  type NabPoints,
  type NabProfileName,
  nabPoints,
  nabResult,
  newChannelState,
  newRefractory,
  newsOf,
  type PerProfile,
  SERIES_SETTINGS,
  type SeriesSettings,
  type WeighedRows,
} from '@tidemark/analytics/anomalies';
import { resultsOf } from './golden.js';
import type { NabSeries } from './nab-series.js';

export interface LeftOutFigures extends PerProfile {
  readonly settingsTried: number;
  readonly folders: readonly {
    readonly folder: string;
    readonly settings: SeriesSettings;
    readonly results: PerProfile;
  }[];
}

/** What each row of a series surprises each channel by, shape [channels][rows]. */
type Surprises = Readonly<Record<ChannelName, Float64Array>>;

/** Alarms one setting makes possible: rows that score, of each series. */
interface Tried {
  readonly settings: SeriesSettings;
  readonly weighed: readonly WeighedRows[];
}

/**
 * For each folder: settings and thresholds are chosen on all the others, then used on it; the points of all folders add up.
 * So no series has a say in how it is judged.
 */
export function leaveFolderOut(series: readonly NabSeries[]): LeftOutFigures {
  const surprises = series.map(surprisesOf);
  const rows = series.map((one) => one.weigh(one.values.map((_value, row) => row)));
  const tried = settingsToTry().map((settings) => ({
    settings,
    weighed: surprises.map((own, i) => alarmsOf(own, settings, rows[i])),
  }));
  const folders = [...new Set(series.map(({ folder }) => folder))];
  const points: Record<NabProfileName, NabPoints[]> = { standard: [], lowFp: [], lowFn: [] };
  const chosen = folders.map((folder) => {
    const isIn = (_one: WeighedRows, i: number) => series[i]?.folder === folder;
    const best = bestOn(tried, (one, i) => !isIn(one, i));
    const left = best.weighed.filter(isIn);
    for (const name of NAB_PROFILE_NAMES) {
      points[name].push(...left.map((one) => nabPoints(one, NAB_PROFILES[name], best.thresholds[name])));
    }
    return { folder, settings: best.settings, results: resultsOf(left, best.thresholds) };
  });
  const total = (name: NabProfileName) => nabResult(points[name], NAB_PROFILES[name]) ?? 0;
  const results = { standard: total('standard'), lowFp: total('lowFp'), lowFn: total('lowFn') };
  return { ...results, settingsTried: tried.length, folders: chosen };
}

/** Every mix of three strengths each under every rule of silence, and the mix in use with each channel that it leaves out. */
function settingsToTry(): SeriesSettings[] {
  const mixes = [2, 5, 8].flatMap((hourOfWeek) =>
    [0, 1, 2].flatMap((smooth) =>
      [0, 1, 2].flatMap((change) => [1, 2, 4].map((extreme) => mix(hourOfWeek, smooth, change, extreme))),
    ),
  );
  const rules = [
    { rows: 300, factor: 1.2 },
    { rows: 150, factor: 1.2 },
    { rows: 600, factor: 1.2 },
    { rows: 300, factor: 1 },
    { rows: 300, factor: 1.5 },
  ];
  const unused = CHANNEL_NAMES.filter((name) => SERIES_SETTINGS.weights[name] === undefined);
  return [
    ...rules.flatMap((refractory) => mixes.map((weights) => ({ ...SERIES_SETTINGS, weights, refractory }))),
    ...unused.map((name) => ({ ...SERIES_SETTINGS, weights: { ...SERIES_SETTINGS.weights, [name]: 1 } })),
  ];
}

function mix(hourOfWeek: number, smooth: number, change: number, extreme: number): ChannelWeights {
  return { hourOfWeek, shortHourOfWeek: smooth, longHourOfWeek: smooth, volatility: change, quiet: change, extreme };
}

function surprisesOf({ timesMs, values }: NabSeries): Surprises {
  const state = newChannelState();
  const all = Object.fromEntries(CHANNEL_NAMES.map((name) => [name, new Float64Array(values.length)])) as Surprises; // of all names
  for (const [row, value] of values.entries()) {
    beginRow(state, value);
    for (const name of CHANNEL_NAMES) all[name][row] = CHANNELS[name](state, timesMs[row] ?? 0, value);
    endRow(state, value);
  }
  return all;
}

/** Rows that score 0 can never be an alarm, so they are left out. */
function alarmsOf(
  surprises: Surprises,
  { weights, refractory: rule, learningRows }: SeriesSettings,
  rows: WeighedRows | undefined,
): WeighedRows {
  const used = CHANNEL_NAMES.filter((name) => (weights[name] ?? 0) > 0);
  const total = used.reduce((sum, name) => sum + (weights[name] ?? 0), 0);
  const refractory = newRefractory();
  const scores: number[] = [];
  for (let row = learningRows; row < surprises.extreme.length; row++) {
    let surprise = 0;
    for (const name of used) surprise += ((weights[name] ?? 0) / total) * (surprises[name][row] ?? 0);
    scores[row] = newsOf(refractory, surprise, rule);
  }
  const kept = { scores: [] as number[], windowOf: [] as number[], worth: [] as number[] };
  for (const [i, row] of (rows?.scores ?? []).entries()) {
    const score = scores[row] ?? 0;
    if (score <= 0) continue;
    kept.scores.push(score);
    kept.windowOf.push(rows?.windowOf[i] ?? -1);
    kept.worth.push(rows?.worth[i] ?? 0);
  }
  return { ...kept, windowCount: rows?.windowCount ?? 0 };
}

function bestOn(tried: readonly Tried[], isIn: (one: WeighedRows, i: number) => boolean) {
  const ranked = tried.map((one) => {
    const weighed = one.weighed.filter(isIn);
    const thresholds = bestThresholds(weighed);
    const results = resultsOf(weighed, thresholds);
    return { ...one, thresholds, sum: results.standard + results.lowFp + results.lowFn };
  });
  return ranked.reduce((best, one) => (one.sum > best.sum ? one : best));
}
