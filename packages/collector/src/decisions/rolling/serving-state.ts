import { forgetRival, type ModelKind, promoteRival, type Rival, type SeenOutcome } from '@tidemark/analytics/scores';
import type { EpochMs, OrderSide } from '@tidemark/protocol';
import type { DecisionPlace } from '../../store/decisions/placed-outcomes.js';

/** Who answers in a workspace, who would in its place, and what became of the last orders; plain JSON. */
export interface ServingState {
  /** Versions that have answered, the newest last: it is the one that does. */
  readonly served: readonly string[];
  /** Somebody chose it: whatever is trained has to win against it. */
  readonly isHeld: boolean;
  readonly rivals: Readonly<Partial<Record<Rival, RivalState>>>;
  /** Up to this decision it is known what became of the orders. */
  readonly followed: DecisionPlace;
  /** So many became known since the last training. */
  readonly newOutcomes: number;
  readonly outcomes: Readonly<Record<OrderSide, readonly SeenOutcome[]>>;
  /** What was found when models were last held against one another, and what became of the last training. */
  readonly judged: Told | null;
  readonly trained: Told | null;
  /** The last drift of each part of the model, as flags name it; absent in files of before it was watched. */
  readonly drifts?: Readonly<Record<string, DriftSpan>>;
}

export interface DriftSpan {
  readonly firstMs: EpochMs;
  /** Orders of until then have spoken. */
  readonly lastMs: EpochMs;
}

export interface RivalState {
  readonly version: string;
  readonly kind: ModelKind;
  /** How often it was judged. */
  readonly looks: number;
}

/** A sentence. */
export interface Told {
  readonly atMs: EpochMs;
  readonly text: string;
}

/** Which of those that served may serve again when its successors cannot be read. */
const SERVED_KEPT = 20;

/** @param trainedAtMs - orders placed before were learnt from. */
export function beginServing(version: string, trainedAtMs: EpochMs): ServingState {
  return {
    served: [version],
    isHeld: false,
    rivals: {},
    followed: { decidedAt: trainedAtMs, decisionId: '' },
    newOutcomes: 0,
    outcomes: { subscribe: [], sell: [] },
    judged: null,
    trained: null,
  };
}

/** A model of the same kind, of more orders: what was seen of the one before says how to recalibrate this one. */
export function withRefit(state: ServingState, former: RivalState, version: string): ServingState {
  return {
    ...withRival(state, 'before', former),
    served: served(state, version),
    isHeld: false,
  };
}

/** A model of which nothing is known takes the part of a rival; one of the same kind goes on with what is known of that kind. */
export function withRival(state: ServingState, rival: Rival, next: RivalState): ServingState {
  const former = state.rivals[rival];
  const isRefit = rival === 'challenger' && former?.kind === next.kind;
  return {
    ...state,
    rivals: { ...state.rivals, [rival]: isRefit ? { ...next, looks: former.looks } : next },
    outcomes: isRefit ? state.outcomes : eachSide(state, (outcomes) => forgetRival(outcomes, rival)),
  };
}

/** A rival serves, with what is known of it. */
export function withPromoted(state: ServingState, rival: Rival): ServingState {
  const { [rival]: promoted, ...others } = state.rivals;
  if (!promoted) return state;
  return {
    ...state,
    served: served(state, promoted.version),
    isHeld: false,
    rivals: others,
    outcomes: eachSide(state, (outcomes) => promoteRival(outcomes, rival)),
  };
}

/** Somebody chose a model: it stays until another wins. @param isSameKind - as the one that served. */
export function withChosen(state: ServingState, version: string, isSameKind: boolean): ServingState {
  const rival = (Object.keys(state.rivals) as Rival[]).find((name) => state.rivals[name]?.version === version); // its keys
  const chosen = rival
    ? withPromoted(state, rival)
    : {
        ...state,
        served: served(state, version),
        rivals: {},
        outcomes: eachSide(state, (outcomes) => (isSameKind ? outcomes.map((one) => ({ ...one, rivals: {} })) : [])),
      };
  return { ...chosen, isHeld: true };
}

function eachSide(
  { outcomes }: Pick<ServingState, 'outcomes'>,
  change: (outcomes: readonly SeenOutcome[]) => readonly SeenOutcome[],
): ServingState['outcomes'] {
  return { subscribe: change(outcomes.subscribe), sell: change(outcomes.sell) };
}

function served(state: ServingState, version: string): readonly string[] {
  return [...state.served.filter((one) => one !== version), version].slice(-SERVED_KEPT);
}
