/** `42.4%` of a ratio 0..1. */
export function formatRatio(ratio: number): string {
  return `${(ratio * 100).toFixed(1)}%`;
}

/** How many of these there are to one of those, `2.4`; a dash when there are none of those. */
export function formatPer(count: number, of: number): string {
  return of === 0 ? '–' : (count / of).toFixed(1);
}
