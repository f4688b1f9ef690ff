import { entropyBits } from '../stats/entropy.js';
import { groupBy, tally } from '../stats/group.js';
import { quantile } from '../stats/moments.js';
import { absent, type Measure, measure } from '../stats/outcome.js';
import { sessionsOf } from './activity.js';
import { COMMON, countOf, distinctOf, type InputFeature, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, type FeatureEvent, isView, type SubjectKind } from './event.js';
import type { ViewInput } from './inputs.js';

const PEOPLE: readonly SubjectKind[] = ['visitor', 'user', 'organisation'];
const month = { windowMs: 30 * DAY_MS, source: COMMON, freshness: 'store', computedIn: 'store' } as const;
const isEnd = ({ type }: FeatureEvent) => type === 'view_end';
const dwellOf = (events: readonly FeatureEvent[]) =>
  events.filter(isEnd).reduce((sum, { dwellMs }) => sum + dwellMs, 0);

/** How long pages hold the attention, and how the subject moves between them. */
export const PAGE_FEATURES: readonly (StoreFeature | InputFeature)[] = [
  {
    ...month,
    name: 'dwell_total_ms_30d',
    subjects: [...PEOPLE, 'page', 'workspace'],
    unit: 'milliseconds',
    definition: 'Visible, focused and attended time of the views that ended.',
    absentReason: 'no_events',
    oracle: dwellOf,
  },
  {
    ...month,
    name: 'dwell_median_ms_30d',
    subjects: [...PEOPLE, 'page', 'workspace'],
    unit: 'milliseconds',
    definition: 'Median dwell of a view that ended.',
    absentReason: 'no_events',
    oracle: (events) => {
      const median = quantile(
        events.filter(isEnd).map(({ dwellMs }) => dwellMs),
        0.5,
      );
      return median.kind === 'measured' ? median.value : undefined;
    },
  },
  {
    ...month,
    name: 'dwell_per_visit_ms_30d',
    subjects: [...PEOPLE, 'workspace'],
    unit: 'milliseconds',
    definition: 'Dwell over visits.',
    absentReason: 'no_events',
    oracle: (events) => ratio(dwellOf(events), sessionsOf(events).length),
  },
  {
    ...month,
    name: 'attended_share_30d',
    subjects: [...PEOPLE, 'page', 'workspace'],
    unit: 'ratio',
    definition: 'Dwell over the time that views were visible at all.',
    absentReason: 'no_events',
    oracle: (events) =>
      ratio(
        dwellOf(events),
        events.filter(isEnd).reduce((sum, { visibleMs }) => sum + visibleMs, 0),
      ),
  },
  {
    ...month,
    name: 'scroll_depth_mean_30d',
    subjects: [...PEOPLE, 'page', 'workspace'],
    unit: 'ratio',
    definition: 'Mean of the deepest point reached of the views that ended, share of the page.',
    absentReason: 'no_events',
    oracle: (events) => {
      const ends = events.filter(isEnd);
      return ratio(
        ends.reduce((sum, { depthRatio }) => sum + depthRatio, 0),
        ends.length,
      );
    },
  },
  {
    ...month,
    name: 'distinct_pages_30d',
    subjects: [...PEOPLE, 'workspace'],
    unit: 'count',
    definition: 'Different pages and screens viewed.',
    absentReason: 'no_events',
    oracle: (events) => distinctOf(events.filter(isView), ({ page }) => page),
  },
  {
    ...month,
    name: 'revisit_share_30d',
    subjects: PEOPLE,
    unit: 'ratio',
    definition: 'Views of a page that was viewed before in the window, over views.',
    absentReason: 'no_events',
    oracle: (events) => {
      const views = events.filter(isView);
      return ratio(views.length - distinctOf(views, ({ page }) => page), views.length);
    },
  },
  {
    ...month,
    name: 'top_page_share_30d',
    subjects: [...PEOPLE, 'workspace'],
    unit: 'ratio',
    definition: 'Views of the page viewed most, over views.',
    absentReason: 'no_events',
    oracle: (events) => {
      const counts = [...tally(events.filter(isView).map(({ page }) => page)).values()];
      return counts.length === 0 ? undefined : Math.max(...counts) / counts.reduce((a, b) => a + b);
    },
  },
  {
    ...month,
    name: 'back_share_30d',
    subjects: [...PEOPLE, 'page', 'workspace'],
    unit: 'ratio',
    definition: 'Transitions by going back, over transitions.',
    absentReason: 'no_events',
    oracle: (events) => {
      const moves = events.filter(({ type }) => type === 'transition');
      return ratio(
        countOf(moves, ({ way }) => way === 'back'),
        moves.length,
      );
    },
  },
  {
    ...month,
    name: 'page_entropy_bits_30d',
    subjects: ['visitor', 'user'],
    unit: 'bits',
    definition: "Shannon's entropy of the pages viewed.",
    source: 'Shannon 1948',
    computedIn: 'typescript',
    inputs: ['views'],
    finish: ({ views }) => entropyBits([...tally(views.map(({ page }) => page)).values()]),
  },
  {
    ...month,
    name: 'path_entropy_bits_30d',
    subjects: ['visitor', 'user'],
    unit: 'bits',
    definition:
      'Entropy of the next page given the page before, within sessions: 0 for who always takes the same ways.',
    source: 'Shannon 1948 (conditional entropy); Ekroot & Cover 1993 for Markov chains',
    computedIn: 'typescript',
    inputs: ['views'],
    finish: ({ views }) => pathEntropyBits(views),
  },
];

/**
 * Conditional entropy H(next | page) over the steps from one view to the next of the same session.
 *
 * @param views - in order of time.
 * @returns bits; `too_few_events` without a single step.
 */
function pathEntropyBits(views: readonly ViewInput[]): Measure {
  const steps = [...groupBy(views, ({ sessionId }) => sessionId).values()].flatMap((session) =>
    session.slice(1).map(({ page }, i) => ({ from: session[i]?.page ?? '', to: page })),
  );
  if (steps.length === 0) return absent(views.length === 0 ? 'no_events' : 'too_few_events');
  let bits = 0;
  for (const leaving of groupBy(steps, ({ from }) => from).values()) {
    const entropy = entropyBits([...tally(leaving.map(({ to }) => to)).values()]);
    if (entropy.kind === 'absent') return entropy;
    bits += (leaving.length / steps.length) * entropy.value;
  }
  return measure(bits);
}
