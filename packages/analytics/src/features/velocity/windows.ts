import type { EpochMs } from '@tidemark/protocol';

/** The last minutes and hours, and how finely memory knows where they begin. */
export interface VelocityWindow {
  readonly name: '1m' | '10m' | '1h' | '24h';
  readonly windowMs: number;
  /** Counts are kept in buckets of this length when they are as old as the window. It divides those of longer windows. */
  readonly bucketMs: number;
}

/** Shortest first. */
export const VELOCITY_WINDOWS = [
  { name: '1m', windowMs: 60_000, bucketMs: 1_000 },
  { name: '10m', windowMs: 600_000, bucketMs: 10_000 },
  { name: '1h', windowMs: 3_600_000, bucketMs: 60_000 },
  { name: '24h', windowMs: 86_400_000, bucketMs: 900_000 },
] as const satisfies readonly VelocityWindow[];

/** What is older is in none. */
export const VELOCITY_SPAN_MS = 86_400_000;

/**
 * First millisecond that a window counts: the bucket that the moment lies in, and as many before it as make the window whole.
 * So it is shorter than its name by less than one bucket, and just as long at the last millisecond of each bucket.
 */
export function windowStart({ windowMs, bucketMs }: VelocityWindow, asOfMs: EpochMs): EpochMs {
  return (Math.floor(asOfMs / bucketMs) + 1) * bucketMs - windowMs;
}
