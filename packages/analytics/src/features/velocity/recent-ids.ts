import type { EpochMs } from '@tidemark/protocol';

/** Different ids and when each was last seen: exact up to a limit, and beyond it the latest, with a note that there were more. */
export interface RecentIds {
  readonly ids: string[];
  /** As many as there are ids. */
  readonly lastMs: EpochMs[];
  /** Last time of the latest id that was let go to make room; 0 for none: windows that begin after it are exact. */
  forgottenMs: EpochMs;
}

/** The same for everybody who has none: most subjects have no orders, and there are very many of them. Never changed. */
export const NO_IDS: RecentIds = { ids: [], lastMs: [], forgottenMs: 0 };

/** An empty id is nobody's. @returns the same, changed, or the first of its own. */
export function withId(recent: RecentIds, id: string, atMs: EpochMs, most: number): RecentIds {
  if (id === '') return recent;
  const known = recent.ids.indexOf(id);
  if (known >= 0) {
    recent.lastMs[known] = Math.max(recent.lastMs[known] ?? 0, atMs);
    return recent;
  }
  if (recent.ids.length === 0) return { ids: [id], lastMs: [atMs], forgottenMs: 0 };
  if (recent.ids.length < most) {
    recent.ids.push(id);
    recent.lastMs.push(atMs);
    return recent;
  }
  const oldest = recent.lastMs.indexOf(Math.min(...recent.lastMs));
  const oldestMs = recent.lastMs[oldest] ?? 0;
  if (atMs > oldestMs) {
    recent.ids[oldest] = id;
    recent.lastMs[oldest] = atMs;
  }
  recent.forgottenMs = Math.max(recent.forgottenMs, Math.min(atMs, oldestMs));
  return recent;
}

/** How many were seen since. @returns `exact` false where there may have been more. */
export function countSince(recent: RecentIds, sinceMs: EpochMs): { readonly count: number; readonly exact: boolean } {
  let count = 0;
  for (const lastMs of recent.lastMs) if (lastMs >= sinceMs) count += 1;
  return { count, exact: recent.forgottenMs < sinceMs };
}
