import type { DailyUsageRecord } from '../store/control/daily-usage.js';

/** New events that workspaces sent today (UTC), here and at other collectors as far as it is known. */
export interface DailyUsage {
  add(workspaceId: string, events: number): void;
  /** All of today's that is known. */
  of(workspaceId: string): number;
  /** Seconds until the next day begins, at least 1. */
  secondsLeft(): number;
  /** What came here today. */
  own(): readonly DailyUsageRecord[];
  /** Takes in what the store knows; of this collector's own counts the higher holds. */
  merge(records: readonly DailyUsageRecord[]): void;
  /** Day since 1970-01-01 (UTC). */
  day(): number;
}

const DAY_MS = 86_400_000;

export function createDailyUsage(collectorId: string, now: () => number): DailyUsage {
  let own = new Map<string, number>();
  let elsewhere = new Map<string, number>();
  let day = Math.floor(now() / DAY_MS);

  /** Forward only: a clock that is set back over midnight must not forgive a day's events. */
  function today(): number {
    const current = Math.floor(now() / DAY_MS);
    if (current > day) {
      day = current;
      own = new Map();
      elsewhere = new Map();
    }
    return day;
  }

  return {
    add(workspaceId, events) {
      today();
      if (events > 0) own.set(workspaceId, (own.get(workspaceId) ?? 0) + events);
    },
    of(workspaceId) {
      today();
      return (own.get(workspaceId) ?? 0) + (elsewhere.get(workspaceId) ?? 0);
    },
    secondsLeft: () => Math.max(1, Math.ceil(((today() + 1) * DAY_MS - now()) / 1_000)),
    own: () => {
      const onDay = today();
      return [...own].map(([workspaceId, events]) => ({ workspaceId, day: onDay, collectorId, events }));
    },
    merge(records) {
      const current = records.filter((record) => record.day === today());
      elsewhere = new Map();
      for (const { workspaceId, collectorId: from, events } of current) {
        if (from === collectorId) own.set(workspaceId, Math.max(own.get(workspaceId) ?? 0, events));
        else elsewhere.set(workspaceId, (elsewhere.get(workspaceId) ?? 0) + events);
      }
    },
    day: today,
  };
}
