/** Rows of a series that belong to one labelled anomaly, both ends included. */
export interface LabelWindow {
  readonly first: number;
  readonly last: number;
}

/** Fractions of a second differ between the labels and the rows of NAB; nothing is labelled more finely than this. */
const SECONDS_LENGTH = 'YYYY-MM-DD hh:mm:ss'.length;

/**
 * Finds the rows of labelled windows: each end is the first row with the same timestamp, to the second.
 *
 * @param timestamps - of the series, as written in its file.
 * @param windows - `[from, to]`, as written in NAB's windows.json.
 * @returns in order of time, or the label that no row has.
 */
export function labelWindows(
  timestamps: readonly string[],
  windows: readonly (readonly [string, string])[],
):
  | { readonly kind: 'found'; readonly windows: readonly LabelWindow[] }
  | { readonly kind: 'missing'; readonly label: string } {
  const rowOf = new Map<string, number>();
  for (const [row, timestamp] of timestamps.entries()) {
    const second = timestamp.slice(0, SECONDS_LENGTH);
    if (!rowOf.has(second)) rowOf.set(second, row);
  }
  const found: LabelWindow[] = [];
  for (const [from, to] of windows) {
    const first = rowOf.get(from.slice(0, SECONDS_LENGTH));
    const last = rowOf.get(to.slice(0, SECONDS_LENGTH));
    if (first === undefined) return { kind: 'missing', label: from };
    if (last === undefined || last < first) return { kind: 'missing', label: to };
    found.push({ first, last });
  }
  return { kind: 'found', windows: found.sort((a, b) => a.first - b.first) };
}
