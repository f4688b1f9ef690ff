import { MODEL_KINDS, type ModelKind } from '@tidemark/analytics/scores';

/** What may be trained beside the kind that serves. */
export const CHALLENGERS = [...MODEL_KINDS, 'none'] as const;
export type Challenger = (typeof CHALLENGERS)[number];

/** @returns of another kind than the one that serves; none when nothing is to be trained. */
export function challengersOf(wanted: Challenger, serving: ModelKind): readonly ModelKind[] {
  if (wanted === 'none') return [];
  return MODEL_KINDS.filter((kind) => kind !== serving)
    .sort((a, b) => Number(b === wanted) - Number(a === wanted))
    .slice(0, 1);
}
