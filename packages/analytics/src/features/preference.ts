import { entropyBits } from '../stats/entropy.js';
import { tally } from '../stats/group.js';
import { absent, andThen, measure, measured, type Outcome } from '../stats/outcome.js';
import { shrink } from '../stats/shrinkage.js';
import { distinctOf, type FeatureContext, type InputFeature, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, isPlaced, isView } from './event.js';
import type { FeatureInputs } from './inputs.js';

const SHRUNK = 'empirical Bayes, Mosimann 1962';
const input = {
  subjects: ['visitor', 'user'],
  windowMs: 30 * DAY_MS,
  freshness: 'store',
  computedIn: 'typescript',
} as const;

/** What kinds of page and product the subject is drawn to. A category is the template of a view. */
export const PREFERENCE_FEATURES: readonly (InputFeature | StoreFeature)[] = [
  {
    ...input,
    name: 'category_affinity_30d',
    inputs: ['views'],
    unit: 'ratio',
    definition: 'Share of the category viewed most, shrunk to the population: (n_c + k pi_c) / (n + k).',
    source: SHRUNK,
    finish: ({ templateViews }, context) =>
      andThen(preference(templateViews(), context), ({ affinity }) => measure(affinity)),
  },
  {
    ...input,
    name: 'category_lift_30d',
    inputs: ['views'],
    unit: 'ratio',
    definition: 'That share over the share of the category in the population.',
    source: SHRUNK,
    finish: ({ templateViews }, context) => andThen(preference(templateViews(), context), ({ lift }) => measure(lift)),
  },
  {
    ...input,
    name: 'category_dwell_affinity_30d',
    inputs: ['views', 'dwells'],
    unit: 'ratio',
    definition:
      "The same by dwell: each category's part of the dwell, times the views, in place of its views. Dwell on a page goes to the template of the latest view of it.",
    source: SHRUNK,
    finish: (inputs, context) => andThen(preference(weighDwells(inputs), context), ({ affinity }) => measure(affinity)),
  },
  {
    ...input,
    name: 'category_entropy_bits_30d',
    inputs: ['views'],
    unit: 'bits',
    definition: "Shannon's entropy of the categories viewed.",
    source: 'Shannon 1948',
    finish: ({ templateViews }) => entropyBits([...templateViews().values()]),
  },
  {
    name: 'templates_30d',
    subjects: ['visitor', 'user', 'organisation'],
    windowMs: 30 * DAY_MS,
    unit: 'count',
    definition: 'Different categories viewed.',
    source: 'by convention',
    freshness: 'store',
    computedIn: 'store',
    absentReason: 'no_events',
    oracle: (events) =>
      distinctOf(
        events.filter((event) => isView(event) && event.template !== ''),
        ({ template }) => template,
      ),
  },
  {
    name: 'product_concentration_90d',
    subjects: ['user', 'organisation', 'workspace'],
    windowMs: 90 * DAY_MS,
    unit: 'ratio',
    definition: 'Sum of squared shares of products in the placements of orders: 1 for one product, 1/n for n alike.',
    source: 'Herfindahl 1950',
    freshness: 'store',
    computedIn: 'store',
    absentReason: 'no_orders',
    oracle: (events) => {
      const counts = [...tally(events.filter(isPlaced).map(({ productId }) => productId)).values()];
      const total = counts.reduce((sum, count) => sum + count, 0);
      return ratio(
        counts.reduce((sum, count) => sum + count * count, 0),
        total * total,
      );
    },
  },
];

/** Views spread over categories by dwell; none when there is no dwell. */
function weighDwells({ views, dwells }: FeatureInputs): Map<string, number> {
  const templates = new Map(views.map(({ page, template }) => [page, template]));
  const byCategory = new Map<string, number>();
  for (const [page, dwellMs] of dwells) {
    const template = templates.get(page);
    if (template) byCategory.set(template, (byCategory.get(template) ?? 0) + dwellMs);
  }
  const total = [...byCategory.values()].reduce((sum, dwellMs) => sum + dwellMs, 0);
  if (total === 0) return new Map();
  const count = views.filter(({ template }) => template !== '').length;
  return new Map([...byCategory].map(([template, dwellMs]) => [template, (count * dwellMs) / total]));
}

interface Preference {
  readonly category: string;
  readonly affinity: number;
  readonly lift: number;
}

/** The category with the largest shrunk share; of equal ones the first by name. A category that the population has not is left out. */
function preference(
  counts: ReadonlyMap<string, number>,
  { population }: Pick<FeatureContext, 'population'>,
): Outcome<Preference> {
  if (counts.size === 0) return absent('no_events');
  return andThen(population.categories, ({ names, prior }) =>
    andThen(
      shrink(
        names.map((name) => counts.get(name) ?? 0),
        prior,
      ),
      (shares): Outcome<Preference> => {
        const affinity = shares.reduce((most, share) => Math.max(most, share), 0);
        const best = shares.indexOf(affinity);
        return measured({ category: names[best] ?? '', affinity, lift: affinity / (prior.shares[best] ?? 1) });
      },
    ),
  );
}
