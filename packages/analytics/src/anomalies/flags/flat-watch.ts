import type { FlagEvidence } from './flag.js';

/** Watches over what comes as often as is expected, until it comes no more: a CUSUM of log-likelihood ratios. Plain data. */
export interface FlatWatch {
  /** Of the first look. */
  sinceMs: number;
  sum: number;
  /** Since the sum last was 0: from when on, what was expected, what came, and of how many trials. */
  fromMs: number;
  expected: number;
  came: number;
  trials: number;
  /** How high the sum has risen since then. */
  high: number;
  isTold: boolean;
  /** How high it rose and fell again by itself, in this period and in the one before. */
  peaks: [number, number];
  periodMs: number;
}

/** What happened in a stretch of time. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly trials: number;
  readonly expected: number;
  readonly came: number;
}

export interface FlatBreak {
  readonly fromMs: number;
  readonly expected: number;
  readonly came: number;
  readonly trials: number;
  readonly surprise: number;
  readonly baselineSpanMs: number;
}

const DAY_MS = 86_400_000;
/** What is looked for: one comes where so many came. */
const FEWER = 20;
/** A false alarm in e^12 of what is expected at most, were one independent of the other. */
const SUM_LEAST = 12;
/** What comes in clusters is quiet for longer: it must be twice as quiet as it ever was by itself. */
const BEYOND_PEAK = 2;
/** As long as a peak is remembered at the least: a weekend, and one more to compare it with. */
const PERIOD_MS = 14 * DAY_MS;
/** A week has all hours that there are. */
const KNOWN_MS = 7 * DAY_MS;
/** A busy page is missed within a second; networks hold their breath for as long. */
const FLAT_MS = 5 * 60_000;

export function newFlatWatch(): FlatWatch {
  return {
    sinceMs: -1,
    sum: 0,
    fromMs: -1,
    expected: 0,
    came: 0,
    trials: 0,
    high: 0,
    isTold: false,
    peaks: [0, 0],
    periodMs: -1,
  };
}

/**
 * Takes one stretch in; the break, once, when what was expected has come no more for too long. It is told anew after the sum has been
 * back at 0.
 *
 * @see J. M. Lucas, "Counted data CUSUM's", Technometrics 1985.
 */
export function watchFlat(watch: FlatWatch, { fromMs, toMs, trials, expected, came }: Stretch): FlatBreak | undefined {
  if (watch.sinceMs < 0) [watch.sinceMs, watch.periodMs] = [fromMs, fromMs];
  if (watch.sum === 0) [watch.fromMs, watch.expected, watch.came, watch.trials] = [fromMs, 0, 0, 0];
  watch.expected += expected;
  watch.came += came;
  watch.trials += trials;
  const needed = neededSum(watch);
  const sum = watch.sum + expected * (1 - 1 / FEWER) - came * Math.log(FEWER);
  watch.sum = Math.max(0, Math.min(2 * needed, sum)); // what has gone on for a while ends as soon as it began
  watch.high = Math.max(watch.high, watch.sum);
  if (watch.sum === 0) endRise(watch, toMs);
  const isKnown = toMs - watch.sinceMs >= KNOWN_MS && toMs - watch.fromMs >= FLAT_MS;
  if (watch.isTold || watch.sum < needed || !isKnown) return undefined;
  watch.isTold = true;
  return {
    fromMs: watch.fromMs,
    expected: watch.expected,
    came: watch.came,
    trials: watch.trials,
    surprise: (SUM_LEAST * watch.sum) / needed, // as rare as that by what is usual here
    baselineSpanMs: Math.max(0, watch.fromMs - watch.sinceMs),
  };
}

/** What came beside what was expected, twice its spread up and down. @param n - what it was counted from. */
export function evidenceOf(metric: string, { expected, came, baselineSpanMs }: FlatBreak, n: number): FlagEvidence {
  const spread = 2 * Math.sqrt(expected);
  return {
    metric,
    observed: came,
    expectedLow: Math.max(0, expected - spread),
    expectedHigh: expected + spread,
    baselineSpanMs,
    n,
  };
}

/** Whether so little has come that nothing may be learnt of what is usual. */
export function isInDoubt(watch: FlatWatch): boolean {
  return watch.sum >= neededSum(watch) / 2;
}

/** Nobody looked for a while: what was missed before is not added to what comes. A flat line that was told goes on. */
export function lookAway(watch: FlatWatch): void {
  if (watch.isTold) return;
  watch.sum = 0;
  watch.high = 0;
}

function neededSum({ peaks: [now, before] }: FlatWatch): number {
  return Math.max(SUM_LEAST, BEYOND_PEAK * Math.max(now, before));
}

/** It comes again: by itself, unless it was told. */
function endRise(watch: FlatWatch, atMs: number): void {
  if (atMs - watch.periodMs >= PERIOD_MS) [watch.peaks, watch.periodMs] = [[0, watch.peaks[0]], atMs];
  if (!watch.isTold) watch.peaks[0] = Math.max(watch.peaks[0], watch.high);
  watch.high = 0;
  watch.isTold = false;
}
