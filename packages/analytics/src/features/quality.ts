import { quantile } from '../stats/moments.js';
import { sessionsOf } from './activity.js';
import { countOf, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, type FeatureEvent, HOUR_MS, type SubjectKind } from './event.js';

const SUBJECTS: readonly SubjectKind[] = ['visitor', 'user', 'device', 'workspace'];
const month = {
  windowMs: 30 * DAY_MS,
  source: 'data quality dimensions, Batini & Scannapieco 2016',
  freshness: 'store',
  computedIn: 'store',
  absentReason: 'no_events',
} as const;
const lateness = ({ receivedAtMs, correctedAtMs }: FeatureEvent) => receivedAtMs - correctedAtMs;
const observed = (events: readonly FeatureEvent[]) => events.filter(({ historical }) => !historical);

/** How far what is known of the subject can be trusted. */
export const QUALITY_FEATURES: readonly StoreFeature[] = [
  {
    ...month,
    name: 'seq_gap_share_30d',
    subjects: ['device'],
    unit: 'ratio',
    definition:
      "Numbers of the device's queue that are missing between the first and the last in the window, over all of them.",
    oracle: (events) => {
      const seqs = events.map(({ seq }) => seq).filter((seq) => seq > 0);
      if (seqs.length === 0) return undefined;
      const last = seqs.reduce((most, seq) => Math.max(most, seq), 0);
      const span = last - seqs.reduce((least, seq) => Math.min(least, seq), last) + 1;
      return (span - new Set(seqs).size) / span;
    },
  },
  {
    ...month,
    name: 'lateness_median_ms_30d',
    subjects: SUBJECTS,
    unit: 'milliseconds',
    definition: "Median time from an event, by the collector's clock, to its arrival; history is left out.",
    oracle: (events) => {
      const median = quantile(observed(events).map(lateness), 0.5);
      return median.kind === 'measured' ? median.value : undefined;
    },
  },
  {
    ...month,
    name: 'late_share_30d',
    subjects: SUBJECTS,
    unit: 'ratio',
    definition: 'Events that came more than an hour late, over events; history is left out.',
    oracle: (events) =>
      ratio(
        countOf(observed(events), (event) => lateness(event) > HOUR_MS),
        observed(events).length,
      ),
  },
  {
    ...month,
    name: 'clock_skew_max_ms_30d',
    subjects: SUBJECTS,
    unit: 'milliseconds',
    definition: "Largest correction of the device's clock, either way.",
    oracle: (events) => events.reduce((most, { clockSkewMs }) => Math.max(most, Math.abs(clockSkewMs)), 0),
  },
  {
    ...month,
    name: 'events_per_session_max_30d',
    subjects: SUBJECTS,
    unit: 'count',
    definition: 'Events of the fullest session: counts beyond what a person can do point at a loop or a script.',
    oracle: (events) => {
      return sessionsOf(events).reduce((most, { length }) => Math.max(most, length), 0);
    },
  },
];
