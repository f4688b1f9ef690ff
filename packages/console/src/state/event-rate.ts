import type { EpochMs, LiveEvent, Surface } from '@tidemark/protocol';
import type { SurfaceChoice } from './choice.js';

/** Seconds the rate looks back: five minutes. */
export const RATE_WINDOW_S = 300;
/** Seconds the current rate is the mean of: long enough to be steady, short enough to be current. */
const CURRENT_WINDOW_S = 10;

/** Events in each second of the window, oldest first; all arrays are of length RATE_WINDOW_S. */
export interface RateSeries {
  /** Epoch seconds. */
  readonly seconds: readonly number[];
  readonly h5: readonly number[];
  readonly total: readonly number[];
  /** Mean events per second over the last ten seconds. */
  readonly current: number;
  /** The busiest second. */
  readonly peak: number;
}

export interface EventRate {
  add(event: LiveEvent): void;
  series(nowMs: EpochMs, surface: SurfaceChoice): RateSeries;
}

/** Counts accepted events by the second in which the collector received them. */
export function createEventRate(): EventRate {
  const counts = new Map<number, Record<Surface, number>>();

  function forgetBefore(second: number): void {
    for (const known of counts.keys()) if (known < second) counts.delete(known);
  }

  return {
    add({ receivedAt, surface }) {
      const second = Math.floor(receivedAt / 1_000);
      const count = counts.get(second) ?? { h5: 0, native: 0 };
      count[surface] += 1;
      counts.set(second, count);
    },
    series(nowMs, surface) {
      const last = Math.floor(nowMs / 1_000);
      const first = last - RATE_WINDOW_S + 1;
      forgetBefore(first);
      const seconds = Array.from({ length: RATE_WINDOW_S }, (_, index) => first + index);
      const h5 = seconds.map((second) => (surface === 'native' ? 0 : (counts.get(second)?.h5 ?? 0)));
      const native = seconds.map((second) => (surface === 'h5' ? 0 : (counts.get(second)?.native ?? 0)));
      const total = h5.map((count, index) => count + (native[index] ?? 0));
      return {
        seconds,
        h5,
        total,
        current: sum(total.slice(-CURRENT_WINDOW_S)) / CURRENT_WINDOW_S,
        peak: Math.max(...total),
      };
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
