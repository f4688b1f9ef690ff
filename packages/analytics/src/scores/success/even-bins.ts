/** Rows whose values lie next to one another, and how many of them had the outcome. */
export interface EvenBin {
  readonly lowest: number;
  readonly highest: number;
  readonly rows: number;
  readonly hits: number;
}

export interface ValueAndOutcome {
  readonly value: number;
  readonly hit: boolean;
}

/**
 * Cuts rows by their value into bins of about the same size. The same value stays together; a bin that is too small joins the
 * one before.
 *
 * @param most - bins at most.
 * @param fewest - rows a bin at least, unless there are fewer of all.
 * @returns rising.
 */
export function evenBins(rows: readonly ValueAndOutcome[], most: number, fewest: number): EvenBin[] {
  const sorted = rows.toSorted((a, b) => a.value - b.value);
  const least = Math.max(fewest, Math.ceil(sorted.length / most));
  const bins: { lowest: number; highest: number; rows: number; hits: number }[] = [];
  for (const { value, hit } of sorted) {
    let bin = bins.at(-1);
    if (!bin || (bin.rows >= least && value > bin.highest)) {
      bin = { lowest: value, highest: value, rows: 0, hits: 0 };
      bins.push(bin);
    }
    bin.highest = value;
    bin.rows += 1;
    bin.hits += hit ? 1 : 0;
  }
  const [tail, before] = [bins.at(-1), bins.at(-2)];
  if (tail && before && tail.rows < fewest) {
    bins.pop();
    before.highest = tail.highest;
    before.rows += tail.rows;
    before.hits += tail.hits;
  }
  return bins;
}
