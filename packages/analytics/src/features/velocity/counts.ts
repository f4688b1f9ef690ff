import type { EpochMs } from '@tidemark/protocol';
import { VELOCITY_WINDOWS, windowStart } from './windows.js';

/** What is added up bucket by bucket. */
export const COUNTED = ['events', 'views', 'clicks', 'amount'] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Readonly<Record<Counted, number>>;

/**
 * Buckets, one behind the other in any order: start, length, then a number for each of `COUNTED`. Where nothing happened there
 * is no bucket; young ones are fine, and become coarse as they grow old: 256 at most after `mergedOld`.
 */
export type Buckets = number[];

const STRIDE = 2 + COUNTED.length;

/** @param starts - where each window begins by now; buckets are never coarser than the windows yet to come allow. */
export function addCounts(buckets: Buckets, atMs: EpochMs, counts: Counts, starts: readonly EpochMs[]): void {
  const bucketMs = bucketOf(atMs, starts);
  if (bucketMs === undefined) return;
  addTo(buckets, Math.floor(atMs / bucketMs) * bucketMs, bucketMs, counts);
}

/** Makes coarse what has become old, and drops what is in no window any longer. */
export function mergedOld(buckets: Buckets, starts: readonly EpochMs[]): Buckets {
  const merged: Buckets = [];
  for (let i = 0; i < buckets.length; i += STRIDE) {
    const startMs = buckets[i] ?? 0;
    addCounts(merged, startMs, countsAt(buckets, i), starts);
  }
  return merged;
}

/** Sums of each window. @param starts - where they begin. */
export function sumWindows(buckets: Buckets, starts: readonly EpochMs[], asOfMs: EpochMs): Counts[] {
  const sums = starts.map(() => ({ events: 0, views: 0, clicks: 0, amount: 0 }));
  for (let i = 0; i < buckets.length; i += STRIDE) {
    const startMs = buckets[i] ?? 0;
    if (startMs > asOfMs) continue;
    const counts = countsAt(buckets, i);
    for (const [window, sum] of sums.entries()) {
      if (startMs < (starts[window] ?? 0)) continue;
      for (const name of COUNTED) sum[name] += counts[name];
    }
  }
  return sums;
}

export function startsOf(asOfMs: EpochMs): EpochMs[] {
  return VELOCITY_WINDOWS.map((window) => windowStart(window, asOfMs));
}

/** Length of the bucket for what happened then: that of the shortest window it is still in; undefined when in none. */
function bucketOf(atMs: EpochMs, starts: readonly EpochMs[]): number | undefined {
  for (let window = 0; window < VELOCITY_WINDOWS.length; window++) {
    if (atMs >= (starts[window] ?? 0)) return VELOCITY_WINDOWS[window]?.bucketMs;
  }
  return undefined;
}

function addTo(buckets: Buckets, startMs: EpochMs, bucketMs: number, counts: Counts): void {
  // From the end: what comes next mostly belongs to the bucket before.
  for (let i = buckets.length - STRIDE; i >= 0; i -= STRIDE) {
    if (buckets[i] !== startMs || buckets[i + 1] !== bucketMs) continue;
    buckets[i + 2] = (buckets[i + 2] ?? 0) + counts.events;
    buckets[i + 3] = (buckets[i + 3] ?? 0) + counts.views;
    buckets[i + 4] = (buckets[i + 4] ?? 0) + counts.clicks;
    buckets[i + 5] = (buckets[i + 5] ?? 0) + counts.amount;
    return;
  }
  buckets.push(startMs, bucketMs, counts.events, counts.views, counts.clicks, counts.amount);
}

function countsAt(buckets: Buckets, i: number): Counts {
  const at = (place: number) => buckets[i + 2 + place] ?? 0;
  return { events: at(0), views: at(1), clicks: at(2), amount: at(3) };
}
