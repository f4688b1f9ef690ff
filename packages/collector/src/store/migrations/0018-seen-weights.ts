import { PURPOSE_VIEWS } from './0009-purposes.js';
import { STEP_VIEWS } from './0010-steps.js';
import { LEFT_OUT_VIEWS } from './0016-left-out.js';
import type { Migration } from './migration.js';

/*
 * How many people one who was seen stands for. Sampling keeps a visitor's events of a kind or none, and under a higher rate the
 * same visitors as under a lower one: somebody is seen who is kept at the highest rate of what they did, the least weight; and
 * seen to do several things who is kept at the lowest, the greatest. Rows of before have 0 there and count as weight 1; nothing
 * is counted anew.
 */
type Groups = (source: string) => string;

const weighing =
  (groups: Groups, figure: string): Groups =>
  (source) =>
    groups(source).replace(`FROM ${source}`, () => `,\n      ${figure}\n    FROM ${source}`);

/** Over any rows of the shape of events; of sessions for any purpose. */
export const SEEN_WEIGHT_VIEWS = {
  sessions: weighing(LEFT_OUT_VIEWS.sessions, 'min(sample_weight) AS least_weight'),
  user_days: weighing(PURPOSE_VIEWS.user_days, 'min(sample_weight) AS least_weight'),
  steps: weighing(STEP_VIEWS.steps, 'max(sample_weight) AS greatest_weight'),
} as const;

/** The table of sessions is for analytics alone. */
const forAnalytics = (query: string) => query.replace('WHERE ', `WHERE consent_analytics != 'denied' AND `);

const statements = (table: keyof typeof SEEN_WEIGHT_VIEWS, column: string): string[] => {
  const query = SEEN_WEIGHT_VIEWS[table]('events');
  return [
    `DROP VIEW IF EXISTS ${table}_view`,
    `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${table} AS ${table === 'sessions' ? forAnalytics(query) : query}`,
  ];
};

export const seenWeights: Migration = {
  number: 18,
  name: 'seen_weights',
  statements: [
    ...statements('sessions', 'least_weight SimpleAggregateFunction(min, Float32)'),
    ...statements('user_days', 'least_weight SimpleAggregateFunction(min, Float32)'),
    ...statements('steps', 'greatest_weight SimpleAggregateFunction(max, Float32)'),
  ],
};
