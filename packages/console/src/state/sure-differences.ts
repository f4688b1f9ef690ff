import type { ContentComparison } from '@tidemark/protocol';

/** A comparison that could be made. */
export type MadeComparison = ContentComparison & {
  readonly difference: number;
  readonly h5: { readonly value: number };
  readonly native: { readonly value: number };
};

export function isMade(comparison: ContentComparison): comparison is MadeComparison {
  return comparison.difference !== null && comparison.h5.value !== null && comparison.native.value !== null;
}

/** Whether the surfaces differ, though one looked at everything: the interval that holds for all together leaves 0 out. */
export function isSure({ lowTogether, highTogether }: ContentComparison): boolean {
  return lowTogether !== null && highTogether !== null && (lowTogether > 0 || highTogether < 0);
}

/** Those of which one may be sure, in the order of the report. */
export function sureDifferences(comparison: readonly ContentComparison[]): readonly MadeComparison[] {
  return comparison.filter(isMade).filter(isSure);
}
