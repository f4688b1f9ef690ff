import { NOTHING_DONE, NOTHING_KNOWN, type RecentColumns, recentOf } from '@tidemark/analytics/scores';
import type { EpochMs } from '@tidemark/protocol';
import type { LiveFeatures } from '../pipeline/live-features.js';

/** What a user did of late, by the features in memory. */
export interface RecentActs {
  readonly columns: RecentColumns;
  /** False where numbers are lower bounds, or not known at all. */
  readonly isWhole: boolean;
}

export type ReadRecentActs = (workspaceId: string, userId: string, nowMs: EpochMs) => RecentActs;

export function createRecentActs(live: Pick<LiveFeatures, 'get' | 'isWhole'>): ReadRecentActs {
  return (workspaceId, userId, nowMs) => {
    const reading = live.get(workspaceId, 'user', userId, nowMs);
    if (!reading) {
      const isWhole = live.isWhole(nowMs);
      return { columns: isWhole ? NOTHING_DONE : NOTHING_KNOWN, isWhole };
    }
    const isWhole = Object.keys(NOTHING_DONE).every((name) => reading.features.get(name)?.exact ?? true);
    return { columns: recentOf(reading.features), isWhole };
  };
}
