import {
  beginRow,
  CHANNEL_NAMES,
  CHANNELS,
  type ChannelName,
  type ChannelState,
  endRow,
  newChannelState,
} from './channels.js';
import { newRefractory, newsOf, type Refractory, type RefractoryRule } from './refractory.js';
import { expectedAt } from './seasonal-baseline.js';

/** How much each channel counts; one that is left out costs nothing. */
export type ChannelWeights = Readonly<Partial<Record<ChannelName, number>>>;

export interface SeriesSettings {
  readonly weights: ChannelWeights;
  readonly refractory: RefractoryRule;
  /** Rows it only learns from; a day of five-minute rows by default. */
  readonly learningRows: number;
}

/** All a detector remembers of one series: plain data, about 1,200 numbers, however long the series is. */
export interface SeriesState {
  readonly channels: ChannelState;
  readonly refractory: Refractory;
}

export interface SeriesScore {
  /** Weighted mean surprise, nats; 0 where it is no news, and while it learns. There is no highest, and never NaN. */
  readonly score: number;
  /** The same before what was told already is taken out. */
  readonly surprise: number;
  /** Too few rows so far: a score of 0 says nothing. */
  readonly isLearning: boolean;
  /** What this hour of the week is like, from the rows before. */
  readonly expected: number;
}

export interface SeriesDetector {
  /** Scores the next row by the rows before it. A value that is no finite number scores 0 and is not learnt from. */
  readonly observe: (atMs: number, value: number) => SeriesScore;
  /** A copy, for JSON. */
  readonly save: () => SeriesState;
}

/** Chosen on the 29 series of the Numenta Anomaly Benchmark; `pnpm bench risk` also tells what is lost on a folder not seen. */
export const SERIES_SETTINGS: SeriesSettings = {
  weights: { hourOfWeek: 5, shortHourOfWeek: 1, longHourOfWeek: 1, volatility: 1, quiet: 1, extreme: 2 },
  refractory: { rows: 300, factor: 1.2 },
  learningRows: 288,
};

/**
 * From here on a score is an alarm, unless one is asked for: the best single threshold of the benchmark's standard profile,
 * rounded.
 */
export const FLAG_SCORE = 4.1;

/** Beyond, squares overflow. No count, amount or duration comes near. */
const VALUE_MAX = 1e150;

/**
 * Scores one series of numbers row by row, from the past alone.
 *
 * @param saved - what `save` gave, perhaps by way of JSON; it goes on exactly where that was taken.
 */
export function createSeriesDetector(settings: SeriesSettings = SERIES_SETTINGS, saved?: SeriesState): SeriesDetector {
  const state = saved ? structuredCopy(saved) : { channels: newChannelState(), refractory: newRefractory() };
  const used = CHANNEL_NAMES.map((name) => ({ channel: CHANNELS[name], weight: settings.weights[name] ?? 0 })).filter(
    ({ weight }) => weight > 0,
  );
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  return {
    observe: (atMs, value) => {
      if (!Number.isFinite(atMs) || !(Math.abs(value) < VALUE_MAX)) return NOT_A_ROW;
      const { channels } = state;
      const expected = expectedAt(channels.baselines.row, atMs);
      beginRow(channels, value);
      let surprise = 0;
      for (const { channel, weight } of used) surprise += (weight / total) * channel(channels, atMs, value);
      endRow(channels, value);
      const isLearning = channels.rows <= settings.learningRows;
      const score = isLearning ? 0 : newsOf(state.refractory, surprise, settings.refractory);
      return { score, surprise, isLearning, expected };
    },
    save: () => structuredCopy(state),
  };
}

const NOT_A_ROW: SeriesScore = { score: 0, surprise: 0, isLearning: false, expected: 0 };

/** The state is JSON by design, and this keeps it so. */
function structuredCopy(state: SeriesState): SeriesState {
  return JSON.parse(JSON.stringify(state)) as SeriesState; // of itself
}
