import { PURPOSE_VIEWS } from './0009-purposes.js';
import { STEP_VIEWS } from './0010-steps.js';
import type { Migration } from './migration.js';

/*
 * Aggregates know what sampling left out. An event that stands for w others beside itself is counted once, as before, and w - 1
 * is added up beside it: rows of before have 0 there and count as weight 1, and where nothing was sampled every figure is the very
 * same number. The queries are those of before with these figures added, and nothing is counted anew.
 *
 * Sums of squares tell how much a sample is worth (Kish's effective size): of equal weights as much as it has events.
 */
const IS_VIEW = `event_type IN ('page_view', 'screen_view')`;
const leftOut = (which: string) => `sumIf(toFloat64(sample_weight) - 1, ${which})`;
const squares = (which: string) => `sumIf(toFloat64(sample_weight) * sample_weight - 1, ${which})`;

type Groups = (source: string) => string;

interface View {
  readonly groups: Groups;
  readonly figures: Readonly<Record<string, string>>;
}

const VIEWS = {
  sessions: {
    groups: PURPOSE_VIEWS.sessions,
    figures: {
      events_left_out: leftOut('1'),
      h5_views_left_out: leftOut(`${IS_VIEW} AND surface = 'h5'`),
      native_views_left_out: leftOut(`${IS_VIEW} AND surface = 'native'`),
    },
  },
  page_stats: { groups: PURPOSE_VIEWS.page_stats, figures: { views_left_out: leftOut(`event_type != 'view_end'`) } },
  page_days: { groups: STEP_VIEWS.page_days, figures: { views_left_out: leftOut(`event_type != 'view_end'`) } },
  transitions: {
    groups: PURPOSE_VIEWS.transitions,
    figures: { transitions_left_out: leftOut('1'), square_excess: squares('1') },
  },
  minute_activity: {
    groups: PURPOSE_VIEWS.minute_activity,
    figures: {
      events_left_out: leftOut('1'),
      views_left_out: leftOut(IS_VIEW),
      clicks_left_out: leftOut(`event_type = 'click'`),
      errors_left_out: leftOut(`event_type = 'error'`),
      square_excess: squares('1'),
    },
  },
} as const satisfies Readonly<Record<string, View>>;

/** The query of before, with further figures behind its own. */
const grouped =
  ({ groups, figures }: View): Groups =>
  (source) => {
    const added = Object.entries(figures).map(([name, figure]) => `,\n      ${figure} AS ${name}`);
    return groups(source).replace(`FROM ${source}`, () => `${added.join('')}\n    FROM ${source}`);
  };

/** Over any rows of the shape of events; of sessions for any purpose. */
export const LEFT_OUT_VIEWS = {
  sessions: grouped(VIEWS.sessions),
  page_stats: grouped(VIEWS.page_stats),
  page_days: grouped(VIEWS.page_days),
  transitions: grouped(VIEWS.transitions),
  minute_activity: grouped(VIEWS.minute_activity),
} as const;

/** The table of sessions is for analytics alone. */
const forAnalytics = (query: string) => query.replace('WHERE ', `WHERE consent_analytics != 'denied' AND `);

function statements([table, { figures }]: [string, View], groups: Groups): string[] {
  const columns = Object.keys(figures).map(
    (name) => `ADD COLUMN IF NOT EXISTS ${name} SimpleAggregateFunction(sum, Float64)`,
  );
  const query = groups('events');
  return [
    `DROP VIEW IF EXISTS ${table}_view`,
    `ALTER TABLE ${table} ${columns.join(', ')}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${table} AS ${table === 'sessions' ? forAnalytics(query) : query}`,
  ];
}

export const leftOutBySampling: Migration = {
  number: 16,
  name: 'left_out',
  statements: Object.entries<View>(VIEWS).flatMap((view) => statements(view, grouped(view[1]))),
};
