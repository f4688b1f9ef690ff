import { type Interval, wilsonInterval, Z_95 } from './wilson-interval.js';

/** How often something happened, of how many times that it could. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

export interface Difference extends Interval {
  /** First minus second. */
  readonly difference: number;
}

/**
 * Difference of two independent proportions with its interval, made of the score intervals of both.
 *
 * @returns undefined when one of them had no trials.
 * @throws {RangeError} as `wilsonInterval` does.
 * @see R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
 */
export function newcombeDifference(first: Proportion, second: Proportion, z: number = Z_95): Difference | undefined {
  const a = wilsonInterval(first.successes, first.trials, z);
  const b = wilsonInterval(second.successes, second.trials, z);
  if (!a || !b) return undefined;
  const p = first.successes / first.trials;
  const q = second.successes / second.trials;
  const difference = p - q;
  return {
    difference,
    low: Math.max(-1, difference - Math.hypot(p - a.low, b.high - q)),
    high: Math.min(1, difference + Math.hypot(a.high - p, q - b.low)),
  };
}
