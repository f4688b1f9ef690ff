const DAY_MS = 86_400_000;

/**
 * Figures by day without holes: a day that a report leaves out had none.
 *
 * @param rows - one a day, `day` as `2026-03-14` (UTC), in any order.
 * @returns one value a day from the first day to the last; empty when there are no rows.
 */
export function daySeries<R extends { readonly day: string }>(
  rows: readonly R[],
  figure: (row: R) => number,
): readonly number[] {
  const byDay = new Map<number, number>();
  for (const row of rows) {
    const day = Math.floor(Date.parse(`${row.day.slice(0, 10)}T00:00:00Z`) / DAY_MS);
    if (Number.isFinite(day)) byDay.set(day, figure(row));
  }
  if (byDay.size === 0) return [];
  const first = Math.min(...byDay.keys());
  const last = Math.max(...byDay.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => byDay.get(first + index) ?? 0);
}
