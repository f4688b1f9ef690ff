import {
  addToMean,
  newRunningMean,
  newSizeTail,
  type RunningMean,
  type SizeTail,
  tailSurprise,
} from '../../stats/index.js';
import { newExtreme, newSeenRange, type SeenRange } from './new-extreme.js';
import {
  addToBaseline,
  baselineRows,
  expectedAt,
  newSeasonalBaseline,
  type SeasonalBaseline,
} from './seasonal-baseline.js';

/**
 * The ways a series is looked at. Each gives one surprise a row:
 * `hourOfWeek`, `shortHourOfWeek`, `longHourOfWeek` - distance of the value, of its mean over about 6 rows, over about 30, from
 * what this hour of the week is like; `volatility`, `quiet` - changes larger, smaller than they have been; `extreme` - beyond
 * all that was seen; `level` - distance from the mean of the last 1,000 rows; `difference` - from the row before; `drift` - of
 * 10 rows from 200; `likelihood` - of the mean change over 10 rows in the spread of such means.
 */
export const CHANNEL_NAMES = [
  'hourOfWeek',
  'shortHourOfWeek',
  'longHourOfWeek',
  'volatility',
  'quiet',
  'extreme',
  'level',
  'difference',
  'drift',
  'likelihood',
] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** All that the channels remember of one series. Plain data of a fixed size. */
export interface ChannelState {
  rows: number;
  last: number;
  /** Distance of the row from the running mean of ten before it. */
  error: number;
  readonly tails: Readonly<Record<ChannelName, SizeTail>>;
  readonly baselines: Readonly<Record<'row' | 'short' | 'long', SeasonalBaseline>>;
  readonly means: Readonly<Record<MeanName, RunningMean>>;
  /** Spread of the mean change over ten rows. */
  readonly likelihoodSquare: RunningMean;
  readonly range: SeenRange;
}

/** Values, and errors, over about so many rows. */
const SPANS = {
  values6: 6,
  values10: 10,
  values30: 30,
  values200: 200,
  values1000: 1_000,
  errors10: 10,
  errors20: 20,
  errors50: 50,
  errors500: 500,
  errors1000: 1_000,
  likely1000: 1_000,
} as const;
type MeanName = keyof typeof SPANS;

/** Rows before a baseline is asked. */
const BASELINE_ROWS = 50;
const LIKELIHOOD_SPAN = 1_000;
/** Keeps ratios of two errors finite; in units of the series, far below any real change. */
const TINY = 1e-9;
/** A quiet series is compared with this share of its usual change at least: total silence is not infinitely quiet. */
const SILENCE = 1e-3;
/** Distances below this share of the value are rounding. */
const ROUNDING = 1e-9;

export function newChannelState(): ChannelState {
  return {
    rows: 0,
    last: 0,
    error: 0,
    tails: recordOf(CHANNEL_NAMES, newSizeTail),
    baselines: { row: newSeasonalBaseline(), short: newSeasonalBaseline(), long: newSeasonalBaseline() },
    means: recordOf(Object.keys(SPANS) as MeanName[], newRunningMean), // `keys` forgets what it lists
    likelihoodSquare: newRunningMean(),
    range: newSeenRange(),
  };
}

function recordOf<K extends string, V>(keys: readonly K[], make: () => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<K, V>; // from exactly these keys
}

/** Opens a row: call once, before its channels. */
export function beginRow(state: ChannelState, value: number): void {
  const before = state.means.values10.mean;
  state.error = state.rows === 0 ? 0 : sizeOf(value - before, value);
}

/** Closes a row: call once, after its channels. */
export function endRow(state: ChannelState, value: number): void {
  addTo(state, 'values10', value);
  state.last = value;
  state.rows++;
}

/** How surprising a row is to one channel; the channel then knows the row. @returns nats, >= 0, without an upper end. */
export const CHANNELS: Readonly<Record<ChannelName, (state: ChannelState, atMs: number, value: number) => number>> = {
  hourOfWeek: (state, atMs, value) => offSeason(state, 'hourOfWeek', state.baselines.row, atMs, value),
  shortHourOfWeek: (state, atMs, value) =>
    offSeason(state, 'shortHourOfWeek', state.baselines.short, atMs, addTo(state, 'values6', value)),
  longHourOfWeek: (state, atMs, value) =>
    offSeason(state, 'longHourOfWeek', state.baselines.long, atMs, addTo(state, 'values30', value)),
  volatility: (state) => {
    const now = addTo(state, 'errors20', state.error);
    const usual = addTo(state, 'errors500', state.error);
    return tailSurprise(state.tails.volatility, Math.max(0, Math.log((now + TINY) / (usual + TINY))));
  },
  quiet: (state) => {
    const now = addTo(state, 'errors50', state.error);
    const usual = addTo(state, 'errors1000', state.error);
    return tailSurprise(state.tails.quiet, Math.max(0, Math.log((usual + TINY) / (now + SILENCE * usual + TINY))));
  },
  extreme: (state, _atMs, value) => newExtreme(state.range, value),
  level: (state, _atMs, value) => {
    const distance = state.rows === 0 ? 0 : value - state.means.values1000.mean;
    addTo(state, 'values1000', value);
    return sizeSurprise(state.tails.level, distance, value);
  },
  difference: (state, _atMs, value) =>
    sizeSurprise(state.tails.difference, state.rows === 0 ? 0 : value - state.last, value),
  drift: (state, _atMs, value) => {
    const slow = addTo(state, 'values200', value);
    // The mean of ten takes the row in only at its end.
    const { mean, count } = state.means.values10;
    const quick = mean + (value - mean) / Math.min(count + 1, SPANS.values10);
    return sizeSurprise(state.tails.drift, quick - slow, value);
  },
  likelihood: (state) => {
    const now = addTo(state, 'errors10', state.error);
    const above = now - addTo(state, 'likely1000', state.error);
    const sd = Math.sqrt(state.likelihoodSquare.mean) + TINY;
    addToMean(state.likelihoodSquare, above ** 2, LIKELIHOOD_SPAN);
    return tailSurprise(state.tails.likelihood, Math.max(0, above / sd));
  },
};

function offSeason(
  state: ChannelState,
  name: ChannelName,
  base: SeasonalBaseline,
  atMs: number,
  value: number,
): number {
  const distance = baselineRows(base) > BASELINE_ROWS ? value - expectedAt(base, atMs) : 0;
  addToBaseline(base, atMs, value);
  return sizeSurprise(state.tails[name], distance, value);
}

function sizeSurprise(tail: SizeTail, distance: number, value: number): number {
  return tailSurprise(tail, sizeOf(distance, value));
}

function sizeOf(distance: number, value: number): number {
  const size = Math.abs(distance);
  return size < ROUNDING * Math.abs(value) ? 0 : size;
}

function addTo(state: ChannelState, name: MeanName, value: number): number {
  return addToMean(state.means[name], value, SPANS[name]);
}
