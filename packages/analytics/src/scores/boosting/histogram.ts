/** Sums of a leaf's rows: for each feature in use and each code the gradient, the hessian and the count. */
export interface HistogramLayout {
  /** Features in use. */
  readonly features: Int32Array;
  /** Where each of them begins, in slots of three numbers. */
  readonly offsets: Int32Array;
  readonly slots: number;
}

export function layOutHistogram(features: Int32Array, binCounts: Int32Array): HistogramLayout {
  const offsets = new Int32Array(features.length);
  let slots = 0;
  for (const [at, feature] of features.entries()) {
    offsets[at] = slots;
    slots += binCounts[feature] ?? 0;
  }
  return { features, offsets, slots };
}

/** Gradients and hessians of a leaf's rows, brought together once for all features. */
export interface GatheredRows {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/**
 * Fills `into` with the sums over rows[start..end).
 *
 * @param into - shape [slots * 3].
 * @param gathered - room for as many rows; overwritten.
 */
export function fillHistogram(
  into: Float64Array,
  layout: HistogramLayout,
  codes: readonly Uint8Array[],
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  hessians: Float64Array,
  gathered: GatheredRows,
): void {
  into.fill(0);
  // The innermost loops of training: every index is in range by construction, hence `as number`.
  const { gradients: ownGradients, hessians: ownHessians } = gathered;
  for (let at = start; at < end; at += 1) {
    const row = rows[at] as number;
    ownGradients[at - start] = gradients[row] as number;
    ownHessians[at - start] = hessians[row] as number;
  }
  for (let used = 0; used < layout.features.length; used += 1) {
    const column = codes[layout.features[used] as number] as Uint8Array;
    addColumn(into, (layout.offsets[used] as number) * 3, column, rows, start, end, ownGradients, ownHessians);
  }
}

function addColumn(
  into: Float64Array,
  offset: number,
  column: Uint8Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let at = start; at < end; at += 1) {
    const slot = offset + 3 * (column[rows[at] as number] as number);
    into[slot] = (into[slot] as number) + (gradients[at - start] as number);
    into[slot + 1] = (into[slot + 1] as number) + (hessians[at - start] as number);
    into[slot + 2] = (into[slot + 2] as number) + 1;
  }
}

/** The sibling's sums: those of the parent less those of the child, in the parent's place. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let at = 0; at < parent.length; at += 1) parent[at] = (parent[at] as number) - (child[at] as number);
}
