import {
  createInputs,
  createPopulation,
  type FeatureContext,
  type FeatureDefinition,
  featuresOf,
  type InputLists,
  type Population,
  type SubjectKind,
  storedMeasure,
} from '@tidemark/analytics/features';
import type { Measure } from '@tidemark/analytics/stats';
import type { StoreConnection } from '../store/connect.js';
import type { InputCells } from '../store/features/inputs.js';
import { readPopulation } from '../store/features/population.js';
import { type FeatureMoment, readSubjects, type SubjectRow } from '../store/features/subject-rows.js';

/** Which subjects, and what they are seen beside. */
export interface SubjectsQuery extends FeatureMoment {
  readonly kind: SubjectKind;
  readonly population: Population;
  /** One subject only. */
  readonly subject?: string;
  /** Only subjects of whom something arrived since. */
  readonly activeSinceMs?: number;
  /** One part of them. */
  readonly part?: { readonly index: number; readonly of: number };
}

/** All features of one subject, in the order of the catalog. */
export interface MeasuredSubject {
  readonly subject: string;
  readonly definitions: readonly FeatureDefinition[];
  /** As many as there are definitions. */
  readonly measures: readonly Measure[];
}

/** What everybody has in common, fitted from the store as of a moment. */
export async function fitPopulation(store: StoreConnection, moment: FeatureMoment): Promise<Population> {
  return createPopulation(await readPopulation(store, moment));
}

/**
 * Features of all subjects of a kind, or of one: in one pass over their events, what the store does not reckon finished here
 * as the rows come.
 *
 * @param each - called subject by subject; nothing is kept.
 */
export async function measureSubjects(
  store: StoreConnection,
  query: SubjectsQuery,
  each: (measured: MeasuredSubject) => void,
): Promise<void> {
  const { kind, population, asOfMs, utcOffsetMs } = query;
  const definitions = featuresOf(kind);
  const stored = definitions.filter(({ computedIn }) => computedIn === 'store').map(({ name }) => name);
  const inputs = [...new Set(definitions.flatMap((one) => (one.computedIn === 'typescript' ? one.inputs : [])))];
  const placeOf = new Map(stored.map((name, place) => [name, place]));
  await readSubjects(store, { ...query, features: stored, inputs }, (row) => {
    const context: FeatureContext = { subject: row.subject, asOfMs, utcOffsetMs, population };
    const given = createInputs(listsOfRow(row), asOfMs);
    const measures = definitions.map((definition) =>
      definition.computedIn === 'store'
        ? storedMeasure(definition, row.values[placeOf.get(definition.name) ?? -1])
        : definition.finish(given, context),
    );
    each({ subject: row.subject, definitions, measures });
  });
}

/** Lists as the catalog's features read them; empty where none of them needs one. */
function listsOfRow({ inputs }: SubjectRow): InputLists {
  const { acts = [], views = [], dwells = [[], []], orders = [] }: Partial<InputCells> = inputs;
  const [pages, dwellMs] = dwells;
  return {
    acts,
    views: views.map(([atMs, session, page, template]) => ({ atMs, sessionId: String(session), page, template })),
    dwells: pages.map((page, i) => [page, dwellMs[i] ?? 0] as const),
    orders: orders.map(([atMs, type, phase, side, orderId, productId, userId, shares, price, amount, currency]) => ({
      atMs,
      type,
      phase,
      side,
      orderId,
      productId,
      userId,
      shares,
      price,
      amount,
      currency,
    })),
  };
}
