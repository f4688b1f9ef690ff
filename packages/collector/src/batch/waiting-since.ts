/** How far the store has come: when what waits longest to be loaded was accepted. */
export interface WaitingSince {
  /**
   * Told before records go to the WAL.
   *
   * @param atMs - when they were accepted, where that was before now.
   * @returns to be told whether they are durable.
   */
  appended(records: number, atMs?: number): (isDurable: boolean) => void;
  /** Told when records are in the store, in the order in which they were accepted. */
  loaded(records: number): void;
  /** Records that wait. */
  records(): number;
  /** Epoch milliseconds of the longest that waits; undefined when nothing does. */
  oldestMs(): number | undefined;
}

/** @param isIdle - whether nothing waits, by the loader's own word: what was put aside meanwhile is waited for no longer. */
export function createWaitingSince(now: () => number, isIdle: () => boolean): WaitingSince {
  let waiting: { readonly atMs: number; count: number }[] = [];
  let underWay = 0;

  function trim(): void {
    let first = 0;
    while (waiting[first]?.count === 0) first++;
    if (first > 0) waiting = waiting.slice(first);
    if (underWay === 0 && isIdle()) waiting = [];
  }

  return {
    appended(records, atMs = now()) {
      underWay++;
      const last = waiting.at(-1);
      // Of one millisecond there is one entry, however many requests it has.
      const entry = last?.atMs === atMs ? last : { atMs, count: 0 };
      if (entry !== last) waiting.push(entry);
      entry.count += records;
      return (isDurable) => {
        underWay--;
        if (!isDurable) entry.count = Math.max(0, entry.count - records);
      };
    },
    loaded(records) {
      let left = records;
      for (const entry of waiting) {
        const taken = Math.min(left, entry.count);
        entry.count -= taken;
        left -= taken;
        if (left === 0) break;
      }
      trim();
    },
    records() {
      trim();
      return waiting.reduce((sum, { count }) => sum + count, 0);
    },
    oldestMs() {
      trim();
      return waiting[0]?.atMs;
    },
  };
}
