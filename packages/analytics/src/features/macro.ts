import { absent, type Measure, measure } from '../stats/outcome.js';
import type { FeatureContext, InputFeature } from './definition.js';
import { DAY_MS, LOOKBACK_MS } from './event.js';
import type { MacroReading } from './macro-series.js';

/** The series that these features read: the one-year loan rate, per cent a year. */
export const LOAN_RATE_SERIES = 'loan_rate_1y';

const QUARTER_MS = 90 * DAY_MS;
const base = { freshness: 'store', computedIn: 'typescript', source: 'as-of join, by convention' } as const;
const ofWorkspace = { ...base, subjects: ['workspace'], inputs: [] } as const;
const ofUser = { ...base, subjects: ['user'], inputs: ['orders'], windowMs: QUARTER_MS } as const;

/** What the economy was like when people decided: nothing that was published later is in it. */
export const MACRO_FEATURES: readonly InputFeature[] = [
  {
    ...ofWorkspace,
    name: 'loan_rate_365d',
    windowMs: LOOKBACK_MS,
    unit: 'per cent',
    definition: `Series \`${LOAN_RATE_SERIES}\` as known at the moment, carried forward.`,
    finish: (_, context) => read(context, context.asOfMs, ({ value }) => value),
  },
  {
    ...ofWorkspace,
    name: 'loan_rate_age_365d',
    windowMs: LOOKBACK_MS,
    unit: 'days',
    definition: 'How far it is carried forward: time since its period began, in days of 24 hours.',
    finish: (_, context) => read(context, context.asOfMs, ageDays),
  },
  {
    ...ofWorkspace,
    name: 'loan_rate_change_90d',
    windowMs: QUARTER_MS,
    unit: 'per cent',
    definition: 'That rate less the one that was known 90 days before.',
    finish: (_, context) => {
      const before = context.population.loanRate.asOf(context.asOfMs - QUARTER_MS);
      return before ? read(context, context.asOfMs, ({ value }) => value - before.value) : absent('no_series');
    },
  },
  {
    ...ofUser,
    name: 'loan_rate_at_order_90d',
    unit: 'per cent',
    definition: 'The rate as it was known when the last order of the window was placed.',
    finish: ({ placements }, context) => atLastOrder(placements(), context, ({ value }) => value),
  },
  {
    ...ofUser,
    name: 'loan_rate_age_at_order_90d',
    unit: 'days',
    definition: 'How far it was carried forward then: time since its period began, in days of 24 hours.',
    finish: ({ placements }, context) => atLastOrder(placements(), context, ageDays),
  },
];

function ageDays({ periodAgeMs }: MacroReading): number {
  return periodAgeMs / DAY_MS;
}

function read({ population }: FeatureContext, atMs: number, of: (reading: MacroReading) => number): Measure {
  const reading = population.loanRate.asOf(atMs);
  return reading ? measure(of(reading)) : absent('no_series');
}

function atLastOrder(
  placed: readonly { readonly atMs: number }[],
  context: FeatureContext,
  of: (reading: MacroReading) => number,
): Measure {
  const last = placed.at(-1);
  return last ? read(context, last.atMs, of) : absent('no_orders');
}
