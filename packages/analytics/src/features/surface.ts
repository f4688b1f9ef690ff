import { COMMON, countOf, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, isView } from './event.js';

const month = { windowMs: 30 * DAY_MS, source: COMMON, freshness: 'store', computedIn: 'store' } as const;

/** H5 pages beside native screens. */
export const SURFACE_FEATURES: readonly StoreFeature[] = [
  {
    ...month,
    name: 'native_view_share_30d',
    subjects: ['visitor', 'user', 'organisation', 'workspace'],
    unit: 'ratio',
    definition: 'Views on native screens over views.',
    absentReason: 'no_events',
    oracle: (events) => {
      const views = events.filter(isView);
      return ratio(
        countOf(views, ({ surface }) => surface === 'native'),
        views.length,
      );
    },
  },
  {
    ...month,
    name: 'native_dwell_share_30d',
    subjects: ['visitor', 'user', 'organisation', 'workspace'],
    unit: 'ratio',
    definition: 'Dwell on native screens over dwell.',
    absentReason: 'zero_total',
    oracle: (events) => {
      const ends = events.filter(({ type }) => type === 'view_end');
      const dwell = (of: typeof ends) => of.reduce((sum, { dwellMs }) => sum + dwellMs, 0);
      return ratio(dwell(ends.filter(({ surface }) => surface === 'native')), dwell(ends));
    },
  },
  {
    ...month,
    name: 'surface_crossings_30d',
    subjects: ['visitor', 'user', 'workspace'],
    unit: 'count',
    definition: 'Transitions over the bridge or by a deep link, between H5 and native.',
    absentReason: 'no_events',
    oracle: (events) =>
      countOf(events, ({ type, way }) => type === 'transition' && (way === 'bridge_call' || way === 'deep_link')),
  },
];
