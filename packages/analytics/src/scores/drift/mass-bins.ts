/** Edges of bins that hold about as many values each; what is not finite has a bin of its own, the last. */
export interface MassBins {
  /** Ascending and distinct; bin i holds values in (edges[i - 1], edges[i]]. */
  readonly edges: readonly number[];
}

/**
 * Cut once, on the values the model was built on, and kept.
 *
 * @param bins - 10 unless given; fewer come out where values repeat.
 */
export function cutMassBins(values: ArrayLike<number>, bins: number = 10): MassBins {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const edges = new Set<number>();
  for (let cut = 1; cut < bins; cut += 1) {
    const edge = sorted[Math.ceil((cut * sorted.length) / bins) - 1];
    if (edge !== undefined && edge < (sorted.at(-1) as number)) edges.add(edge); // there is an edge, so there is a last
  }
  return { edges: [...edges] };
}

/** @returns rows of each bin, shape [edges + 2]: the last counts what is not finite (missing). */
export function countInBins(bins: MassBins, values: ArrayLike<number>): number[] {
  const counts = new Array<number>(bins.edges.length + 2).fill(0);
  for (let row = 0; row < values.length; row += 1) {
    const bin = binOf(bins, Number(values[row]));
    counts[bin] = (counts[bin] as number) + 1; // in range
  }
  return counts;
}

/** Which one a value lies in. */
export function binOf({ edges }: MassBins, value: number): number {
  if (!Number.isFinite(value)) return edges.length + 1;
  let low = 0;
  for (let high = edges.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value)
      low = middle + 1; // in range
    else high = middle;
  }
  return low;
}
