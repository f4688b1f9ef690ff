import { absent, type Measure } from '../stats/outcome.js';
import { type FeatureContext, type FeatureDefinition, storedMeasure } from './definition.js';
import { distinctInOrder, type FeatureEvent, LOOKBACK_MS } from './event.js';
import { createInputs, inputsOf } from './inputs.js';

/**
 * All features of one subject, from its events alone and without a store: what the store's answers are held against, and what
 * a notebook uses.
 *
 * @param events - of the subject, in any order, copies included.
 * @returns by name, for each of the definitions.
 */
export function measureByOracle(
  definitions: readonly FeatureDefinition[],
  events: readonly FeatureEvent[],
  context: FeatureContext,
): ReadonlyMap<string, Measure> {
  const known = distinctInOrder(events).filter(({ occurredAtMs }) => {
    const ageMs = context.asOfMs - occurredAtMs;
    return ageMs >= 0 && ageMs < LOOKBACK_MS;
  });
  const inputs = createInputs(inputsOf(known, context.asOfMs), context.asOfMs);
  return new Map(
    definitions.map((definition) => {
      if (known.length === 0) return [definition.name, absent('no_events')] as const;
      if (definition.computedIn === 'typescript') return [definition.name, definition.finish(inputs, context)] as const;
      const inWindow = known.filter(({ occurredAtMs }) => context.asOfMs - occurredAtMs < definition.windowMs);
      return [definition.name, storedMeasure(definition, definition.oracle(inWindow, context))] as const;
    }),
  );
}
