/** Durable ids that no run holds yet, and the day each came, in days since 1970. */
export interface RecentIds {
  /** The later day counts: one that came anew after its horizon may still lie in an old note, too. */
  add(workspaceId: string, id: string, day: number): void;
  has(workspaceId: string, id: string): boolean;
  count(): number;
  /** Sorted ids by day and workspace. */
  byDay(): Map<number, Map<string, string[]>>;
  forEach(visit: (workspaceId: string, id: string, day: number) => void): void;
}

export function createRecentIds(): RecentIds {
  const days = new Map<string, Map<string, number>>();
  let count = 0;

  function forEach(visit: (workspaceId: string, id: string, day: number) => void): void {
    for (const [workspaceId, ids] of days) for (const [id, day] of ids) visit(workspaceId, id, day);
  }

  return {
    add(workspaceId, id, day) {
      const ids = days.get(workspaceId) ?? new Map<string, number>();
      days.set(workspaceId, ids);
      const known = ids.get(id);
      if (known === undefined) count++;
      if (known === undefined || known < day) ids.set(id, day);
    },
    has: (workspaceId, id) => days.get(workspaceId)?.has(id) === true,
    count: () => count,
    byDay() {
      const sorted = new Map<number, Map<string, string[]>>();
      forEach((workspaceId, id, day) => {
        const workspaces = sorted.get(day) ?? new Map<string, string[]>();
        sorted.set(day, workspaces);
        const ids = workspaces.get(workspaceId);
        if (ids) ids.push(id);
        else workspaces.set(workspaceId, [id]);
      });
      for (const workspaces of sorted.values()) for (const ids of workspaces.values()) ids.sort(); // one byte a character
      return sorted;
    },
    forEach,
  };
}
