/** Remembers the last ids seen: a stream that reconnects may repeat itself. */
export interface RecentIds {
  /** @returns true when the id is new, and remembers it. */
  add(id: string): boolean;
}

export function createRecentIds(capacity: number): RecentIds {
  const ids = new Set<string>();
  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > capacity) {
        for (const oldest of ids) {
          ids.delete(oldest); // a Set iterates in the order of insertion
          break;
        }
      }
      return true;
    },
  };
}
