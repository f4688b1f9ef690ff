/**
 * Edges between bins of about equal mass, halfway between neighbouring values, so that few distinct values get a bin
 * each. What a heavy value (a count of zero, say) takes more than its share is spread over the bins that remain.
 *
 * @param values - shape [rows]; NaN is passed over.
 * @param maxBins - bins at most, >= 1.
 * @returns ascending, at most `maxBins - 1`; a value x belongs to the bin whose index is the number of edges <= x.
 */
export function quantileEdges(values: Float64Array, maxBins: number): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges: number[] = [];
  const distinct = countDistinct(sorted);
  let inBin = 0;
  let rest = sorted.length;
  let binsLeft = maxBins;
  for (let at = 0; at + 1 < sorted.length && binsLeft > 1; at += 1) {
    inBin += 1;
    const [value, next] = [sorted[at] as number, sorted[at + 1] as number]; // both are in range
    if (value === next || (distinct > maxBins && inBin < rest / binsLeft)) continue;
    edges.push(between(value, next));
    rest -= inBin;
    binsLeft -= 1;
    inBin = 0;
  }
  return edges;
}

function countDistinct(sorted: Float64Array): number {
  let distinct = 0;
  for (let at = 0; at < sorted.length; at += 1) if (at === 0 || sorted[at] !== sorted[at - 1]) distinct += 1;
  return distinct;
}

/** Halfway, and above the lower value even where the two are neighbours in floating point or their sum overflows. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low ? middle : high;
}
