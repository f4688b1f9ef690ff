import { groupBy } from '../stats/group.js';
import { quantile } from '../stats/moments.js';
import { COMMON, countOf, distinctOf, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, dayOf, type FeatureEvent, isView, LOOKBACK_MS, NO_ID, type SubjectKind } from './event.js';

const PEOPLE: readonly SubjectKind[] = ['visitor', 'user', 'organisation'];
const EVERYBODY: readonly SubjectKind[] = [...PEOPLE, 'workspace'];
const month = { windowMs: 30 * DAY_MS, source: COMMON, freshness: 'store', computedIn: 'store' } as const;

/** Views by session; events without a session are left out. */
export function sessionsOf(events: readonly FeatureEvent[]): FeatureEvent[][] {
  const inSession = events.filter(({ sessionId }) => sessionId !== NO_ID && sessionId !== '');
  return [...groupBy(inSession, ({ sessionId }) => sessionId).values()];
}

const countFeature = (
  name: string,
  subjects: readonly SubjectKind[],
  definition: string,
  test: (event: FeatureEvent) => boolean,
): StoreFeature => ({
  ...month,
  name,
  subjects,
  unit: 'count',
  definition,
  absentReason: 'no_events',
  oracle: (events) => countOf(events, test),
});

/** How much a subject does. */
export const ACTIVITY_FEATURES: readonly StoreFeature[] = [
  countFeature('events_30d', [...EVERYBODY, 'device', 'product'], 'Events of all types.', () => true),
  {
    ...month,
    name: 'visits_30d',
    subjects: EVERYBODY,
    unit: 'count',
    definition: 'Sessions with an event in the window.',
    absentReason: 'no_events',
    oracle: (events) => sessionsOf(events).length,
  },
  {
    ...month,
    name: 'active_days_30d',
    subjects: [...EVERYBODY, 'device', 'product'],
    unit: 'days',
    definition: "Days in the market's zone with an event.",
    absentReason: 'no_events',
    oracle: (events, { utcOffsetMs }) => distinctOf(events, ({ occurredAtMs }) => dayOf(occurredAtMs, utcOffsetMs)),
  },
  countFeature('views_30d', [...EVERYBODY, 'page'], 'Page and screen views.', isView),
  countFeature('clicks_30d', [...EVERYBODY, 'page'], 'Clicks on named things.', ({ type }) => type === 'click'),
  countFeature('form_starts_30d', [...EVERYBODY, 'page'], 'Forms begun.', ({ type }) => type === 'form_start'),
  countFeature('conversions_30d', [...EVERYBODY, 'page'], 'Goals reached.', ({ type }) => type === 'conversion'),
  {
    ...month,
    name: 'visitors_30d',
    subjects: ['organisation', 'page', 'workspace', 'user'],
    unit: 'count',
    definition: 'Different visitor ids; those that aliases connect are several here.',
    absentReason: 'no_events',
    oracle: (events) => new Set(events.map(({ visitorId }) => visitorId).filter((id) => id !== NO_ID)).size,
  },
  {
    ...month,
    name: 'views_per_visit_30d',
    subjects: EVERYBODY,
    unit: 'ratio',
    definition: 'Page and screen views over visits.',
    absentReason: 'no_events',
    oracle: (events) => ratio(countOf(events, isView), sessionsOf(events).length),
  },
  {
    ...month,
    name: 'conversions_per_visit_30d',
    subjects: EVERYBODY,
    unit: 'ratio',
    definition: 'Goals reached over visits.',
    absentReason: 'no_events',
    oracle: (events) =>
      ratio(
        countOf(events, ({ type }) => type === 'conversion'),
        sessionsOf(events).length,
      ),
  },
  {
    ...month,
    name: 'bounce_share_30d',
    subjects: EVERYBODY,
    unit: 'ratio',
    definition: 'Sessions with exactly one view over sessions with any.',
    absentReason: 'no_events',
    oracle: (events) => {
      const views = sessionsOf(events.filter(isView)).map(({ length }) => length);
      return ratio(views.filter((count) => count === 1).length, views.length);
    },
  },
  {
    ...month,
    name: 'visit_length_median_ms_30d',
    subjects: EVERYBODY,
    unit: 'milliseconds',
    definition: "Median of the time from a session's first event in the window to its last.",
    absentReason: 'no_events',
    oracle: (events) => {
      const lengths = sessionsOf(events).map(
        (session) => (session.at(-1)?.occurredAtMs ?? 0) - (session[0]?.occurredAtMs ?? 0),
      );
      const median = quantile(lengths, 0.5);
      return median.kind === 'measured' ? median.value : undefined;
    },
  },
  {
    ...month,
    name: 'errors_per_view_30d',
    subjects: [...EVERYBODY, 'page', 'device'],
    unit: 'ratio',
    definition: 'Errors over page and screen views.',
    absentReason: 'no_events',
    oracle: (events) =>
      ratio(
        countOf(events, ({ type }) => type === 'error'),
        countOf(events, isView),
      ),
  },
  {
    ...month,
    name: 'days_since_last_event',
    subjects: [...PEOPLE, 'device', 'product', 'page'],
    windowMs: LOOKBACK_MS,
    unit: 'days',
    definition: 'Time since the last event, in days of 24 hours.',
    absentReason: 'no_events',
    oracle: (events, { asOfMs }) => {
      const last = events.at(-1);
      return last && (asOfMs - last.occurredAtMs) / DAY_MS;
    },
  },
  {
    ...month,
    name: 'days_since_first_event',
    subjects: [...PEOPLE, 'product', 'page'],
    windowMs: LOOKBACK_MS,
    unit: 'days',
    definition: 'Time since the first event, in days of 24 hours; at most 365.',
    absentReason: 'no_events',
    oracle: (events, { asOfMs }) => {
      const first = events[0];
      return first && (asOfMs - first.occurredAtMs) / DAY_MS;
    },
  },
];
