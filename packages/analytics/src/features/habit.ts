import { circularMean } from '../stats/circular.js';
import { jensenShannonDistance } from '../stats/entropy.js';
import { tally } from '../stats/group.js';
import { absent, andThen, type Measure, measure, type Outcome } from '../stats/outcome.js';
import { shrink, shrunkEntropyBits } from '../stats/shrinkage.js';
import type { FeatureContext, InputFeature, StoreFeature } from './definition.js';
import { countOf, ratio } from './definition.js';
import { DAY_MS, HOUR_MS, hourOfWeek, isAct } from './event.js';

const HOURS = 168;
const ARMITAGE = 'empirical Bayes, Mosimann 1962';
const input = {
  subjects: ['visitor', 'user'],
  windowMs: 30 * DAY_MS,
  freshness: 'store',
  computedIn: 'typescript',
  inputs: ['acts'],
} as const;
const stored = {
  subjects: ['visitor', 'user', 'organisation', 'workspace'],
  windowMs: 30 * DAY_MS,
  unit: 'ratio',
  source: 'by convention',
  freshness: 'store',
  computedIn: 'store',
  absentReason: 'no_events',
} as const;

/** When the subject acts, and whether today is like it. */
export const HABIT_FEATURES: readonly (InputFeature | StoreFeature)[] = [
  {
    ...input,
    name: 'habit_entropy_30d',
    unit: 'ratio',
    definition:
      'Entropy of the hour-of-week profile, shrunk to the population, over log2 168: 1 for who comes at any time, 0 for one hour a week.',
    source: ARMITAGE,
    finish: ({ acts }, { utcOffsetMs, population }) => {
      if (acts.length === 0) return absent('no_events');
      const hours = tally(acts.map((atMs) => hourOfWeek(atMs, utcOffsetMs)));
      return andThen(population.hours, (prior) =>
        andThen(shrunkEntropyBits(hours, prior), (bits) => measure(bits / Math.log2(HOURS))),
      );
    },
  },
  {
    ...input,
    name: 'habit_distance_24h',
    unit: 'ratio',
    definition:
      'Jensen-Shannon distance of the hours of the last 24 h to the profile of the days before, over the hours that these 24 h cover: 0 as usual, 1 never seen.',
    source: 'Lin 1991; Endres & Schindelin 2003',
    finish: ({ acts }, context) => habitDistance(acts, context),
  },
  {
    ...input,
    name: 'habit_hour_mean_30d',
    unit: 'hours',
    definition: "Circular mean of the time of day of acts, in the market's zone.",
    source: 'Mardia & Jupp 2000',
    finish: ({ acts }, context) => andThen(timeOfDay(acts, context), ({ mean }) => measure(mean)),
  },
  {
    ...input,
    name: 'habit_hour_concentration_30d',
    unit: 'ratio',
    definition: 'Resultant length of the same: 1 always at one time of day, 0 spread evenly.',
    source: 'Mardia & Jupp 2000',
    finish: ({ acts }, context) => (acts.length === 0 ? absent('no_events') : measure(resultantLength(acts, context))),
  },
  {
    ...stored,
    name: 'weekend_share_30d',
    definition: "Acts on Saturdays and Sundays in the market's zone, over acts.",
    oracle: (events, { utcOffsetMs }) => {
      const acts = events.filter(isAct);
      return ratio(
        countOf(acts, ({ occurredAtMs }) => hourOfWeek(occurredAtMs, utcOffsetMs) >= 5 * 24),
        acts.length,
      );
    },
  },
  {
    ...stored,
    name: 'night_share_30d',
    definition: "Acts between 0:00 and 6:00 in the market's zone, over acts.",
    oracle: (events, { utcOffsetMs }) => {
      const acts = events.filter(isAct);
      return ratio(
        countOf(acts, ({ occurredAtMs }) => hourOfWeek(occurredAtMs, utcOffsetMs) % 24 < 6),
        acts.length,
      );
    },
  },
];

function countHours(acts: readonly number[], utcOffsetMs: number): number[] {
  const counts = new Array<number>(HOURS).fill(0);
  for (const atMs of acts) {
    const hour = hourOfWeek(atMs, utcOffsetMs);
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return counts;
}

/** Shares of the 168 hours of the week, shrunk to the population's. */
function habitProfile(
  acts: readonly number[],
  { utcOffsetMs, population }: Pick<FeatureContext, 'utcOffsetMs' | 'population'>,
): Outcome<readonly number[]> {
  if (acts.length === 0) return absent('no_events');
  return andThen(population.hours, (prior) => shrink(countHours(acts, utcOffsetMs), prior));
}

function habitDistance(acts: readonly number[], context: FeatureContext): Measure {
  const sinceMs = context.asOfMs - DAY_MS;
  const today = acts.filter((atMs) => atMs > sinceMs);
  if (today.length === 0) return absent('no_events');
  const before = acts.filter((atMs) => atMs <= sinceMs);
  if (before.length === 0) return absent('too_few_events');
  const covered = new Set(
    Array.from({ length: 24 }, (_, hour) => hourOfWeek(context.asOfMs - hour * HOUR_MS, context.utcOffsetMs)),
  );
  // The hour in which the 24 began is that of their end, a week day earlier; what lies in it counts for neither side.
  const within = (shares: readonly number[]) => shares.filter((_, hour) => covered.has(hour));
  return andThen(habitProfile(before, context), (profile) =>
    jensenShannonDistance(within(countHours(today, context.utcOffsetMs)), within(profile)),
  );
}

function hoursOfDay(acts: readonly number[], utcOffsetMs: number): number[] {
  return acts.map((atMs) => ((((atMs + utcOffsetMs) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
}

function timeOfDay(acts: readonly number[], { utcOffsetMs }: FeatureContext) {
  return circularMean(hoursOfDay(acts, utcOffsetMs), 24);
}

/** Zero where the times balance out and have no mean. */
function resultantLength(acts: readonly number[], context: FeatureContext): number {
  const found = timeOfDay(acts, context);
  return found.kind === 'measured' ? found.value.length : 0;
}
