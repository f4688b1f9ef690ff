/**
 * A fold for each row, both outcomes spread evenly over the folds.
 *
 * @param labels - zeros and ones.
 * @returns shape [rows], each in 0..folds-1.
 */
export function stratifiedFolds(labels: Uint8Array, folds: number, random: () => number): Uint8Array {
  const assigned = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] === label);
    shuffle(rows, random);
    for (const [place, row] of rows.entries()) assigned[row] = place % folds;
  }
  return assigned;
}

/** The rows of all other folds and those of this one, both ascending. */
export function splitRows(folds: Uint8Array, fold: number): [others: Int32Array, own: Int32Array] {
  const [others, own] = [new Int32Array(folds.length), new Int32Array(folds.length)];
  let [first, second] = [0, 0];
  for (let row = 0; row < folds.length; row += 1) {
    if (folds[row] === fold) own[second++] = row;
    else others[first++] = row;
  }
  return [others.slice(0, first), own.slice(0, second)];
}

/** In place. @see R. A. Fisher, F. Yates, 1938; R. Durstenfeld, 1964. */
export function shuffle(values: Int32Array, random: () => number): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = values[last] as number; // both are in range
    values[last] = values[other] as number;
    values[other] = kept;
  }
}
