import type { EpochMs } from '@tidemark/protocol';

/** A count in which everything counts for half after a while: O(1), no list of moments. */
export interface FadingCount {
  add(atMs: EpochMs): void;
  /** As of a moment not before the last `add`; before it, as of that. */
  at(atMs: EpochMs): number;
}

export function createFadingCount(halfLifeMs: number): FadingCount {
  let [count, since] = [0, 0];
  const at = (atMs: EpochMs): number => count * 0.5 ** (Math.max(0, atMs - since) / halfLifeMs);
  return {
    add(atMs) {
      count = at(atMs) + 1;
      since = Math.max(since, atMs);
    },
    at,
  };
}
