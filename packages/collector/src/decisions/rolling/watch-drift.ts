import { type CandidateFlag, workspacePartId } from '@tidemark/analytics/anomalies';
import { findCalibrationDrift, findInputDrift, ORDER_SIDES } from '@tidemark/analytics/scores';
import type { KeptModel } from '../model-shelf.js';
import { driftFlag } from './drift-flag.js';
import type { ServingState } from './serving-state.js';

export interface WatchedDrift {
  readonly state: ServingState;
  /** One each time that enough speaks for a drift anew; those of one drift have one key. */
  readonly flags: readonly CandidateFlag[];
}

/** What speaks again within so long belongs to the same drift. */
const SAME_DRIFT_MS = 7 * 86_400_000;

/**
 * Looks at the outcomes that have not spoken yet: they and the model alone decide, so that it comes to the same after a new start.
 *
 * @param model - the one that answers.
 * @param breathe - resolves when others have had their turn: a look at two thousand orders takes milliseconds.
 */
export async function watchDrift(
  state: ServingState,
  { version, model }: Pick<KeptModel, 'version' | 'model'>,
  breathe: () => Promise<void>,
): Promise<WatchedDrift> {
  const flags: CandidateFlag[] = [];
  const drifts = new Map(Object.entries(state.drifts ?? {}));
  for (const side of ORDER_SIDES) {
    for (const part of ['model', 'model inputs'] as const) {
      const id = workspacePartId({ part, side });
      for (;;) {
        await breathe();
        const before = drifts.get(id);
        const outcomes = state.outcomes[side].filter(({ told }) => told && told.decidedAt > (before?.lastMs ?? 0));
        const found =
          part === 'model'
            ? findCalibrationDrift(outcomes)
            : findInputDrift(outcomes, version, model.sides[side].any.portrait);
        if (!found) break;
        const isSame = before !== undefined && found.firstMs - before.lastMs <= SAME_DRIFT_MS;
        const span = { firstMs: isSame ? before.firstMs : found.firstMs, lastMs: found.lastMs };
        drifts.set(id, span);
        flags.push(driftFlag({ part, side }, found, span));
      }
    }
  }
  return { state: { ...state, drifts: Object.fromEntries(drifts) }, flags };
}
