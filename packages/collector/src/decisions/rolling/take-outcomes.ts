import {
  type KnownColumns,
  keepNewest,
  RIVALS,
  type Rival,
  type Said,
  type SeenOutcome,
  STEADY_COLUMNS,
} from '@tidemark/analytics/scores';
import type { EpochMs } from '@tidemark/protocol';
import type { PlacedOutcomeRow } from '../../store/decisions/placed-outcomes.js';
import type { KeptModel } from '../model-shelf.js';
import type { ServingState } from './serving-state.js';

const HOUR_MS = 3_600_000;
/** Fills of the cut-off itself are told a little later. */
const GRACE_MS = 10 * 60_000;
/** Of whose trade day nothing is known. */
const DAY_MS = 24 * HOUR_MS;
/** Finer steps say no more, and make the file twice as large. */
const STEPS = 1e6;
/** A rival is asked about so many orders before whoever waits has their turn: half a millisecond or so. */
const AT_ONCE = 5;

export interface Followed {
  readonly state: ServingState;
  readonly taken: number;
}

/**
 * Takes in what became of orders, in the order in which they were placed, up to the first that is still open: filled ones end early,
 * and counted as they end they would say that nearly all are filled.
 *
 * @param rows - placed after what has been followed, in order of time.
 * @param rival - one that answers in the shadow.
 * @param breathe - resolves when others have had their turn.
 */
export async function takeOutcomes(
  state: ServingState,
  rows: readonly PlacedOutcomeRow[],
  rival: (rival: Rival) => KeptModel | undefined,
  nowMs: EpochMs,
  breathe: () => Promise<void>,
): Promise<Followed> {
  const sides = { subscribe: [...state.outcomes.subscribe], sell: [...state.outcomes.sell] };
  const rivals = RIVALS.flatMap((name) => {
    const model = rival(name);
    return model ? [{ name, model }] : [];
  });
  let { followed } = state;
  let taken = 0;
  for (const row of rows) {
    const facts = JSON.parse(row.facts) as KnownColumns; // as the decision was written down
    if (!isOver(row, facts, nowMs)) break;
    sides[row.side].push(outcomeOf(row, facts, rivals));
    followed = { decidedAt: row.decidedAt, decisionId: row.decisionId };
    taken += 1;
    if (rivals.length > 0 && taken % AT_ONCE === 0) await breathe();
  }
  const outcomes = { subscribe: keepNewest(sides.subscribe), sell: keepNewest(sides.sell) };
  return { state: { ...state, followed, newOutcomes: state.newOutcomes + taken, outcomes }, taken };
}

function isOver(
  { ended, decidedAt }: PlacedOutcomeRow,
  { hours_to_cut_off: hours }: KnownColumns,
  nowMs: EpochMs,
): boolean {
  return ended === 1 || decidedAt + (hours === null ? DAY_MS : hours * HOUR_MS) + GRACE_MS <= nowMs;
}

function outcomeOf(
  { side, productId, decidedAt, modelVersion, told, saidAny, saidFull, filled, filledWhole }: PlacedOutcomeRow,
  facts: KnownColumns,
  rivals: readonly { readonly name: Rival; readonly model: KeptModel }[],
): SeenOutcome {
  const asked = rivals.filter(({ model }) => model.trainedAtMs < decidedAt);
  return {
    group: `${productId} ${Math.floor(decidedAt / HOUR_MS)}`,
    any: filled,
    full: filledWhole,
    said: rounded({ any: saidAny, full: saidFull }),
    rivals: Object.fromEntries(asked.map(({ name, model }) => [name, rounded(model.scorer.say(side, facts))])),
    told: { decidedAt, probability: inSteps(told), by: modelVersion, steady: steadyOf(facts) },
  };
}

/** Not of an order for which an average stood: that says nothing of how orders are spread. */
function steadyOf(facts: KnownColumns): readonly (number | null)[] | null {
  if (STEADY_COLUMNS.some((name) => facts.uncertain?.includes(name))) return null;
  return STEADY_COLUMNS.map((name) => facts[name] && inSteps(facts[name]));
}

function rounded({ any, full }: Said): Said {
  return { any: inSteps(any), full: inSteps(full) };
}

function inSteps(value: number): number {
  return Math.round(value * STEPS) / STEPS;
}
