/** What is remembered of a stream of sizes to say how rare the next one is: four numbers, plain data. */
export interface SizeTail {
  count: number;
  /** Running mean of all sizes; it sets the pace of learning. */
  scale: number;
  /** About the 98th percentile. */
  threshold: number;
  /** Mean of what sizes above the threshold had over it. */
  meanExcess: number;
}

/** The share of sizes below the threshold, from where on the tail is fitted. */
const QUANTILE = 0.98;
/** Shape of the generalised Pareto tail: four moments exist at .25. Heavier than exponential, as sizes in the wild are. */
const SHAPE = 0.25;
/** Sizes before the first verdict. */
const WARM_UP = 60;
/** Sizes the scale remembers. */
const SPAN = 2_000;
/** A single excess counts at most so many mean ones: one catastrophe must not hide the next. */
const EXCESS_CLIP = 8;
/** Learning goes on for ever at this pace, so that a stream may change. */
const PACE_LEAST = 0.02;
const EXCESS_PACE_LEAST = 0.01;
/** Against division by nothing when all sizes were 0. */
const TINY = 1e-9;

export function newSizeTail(): SizeTail {
  return { count: 0, scale: 0, threshold: 0, meanExcess: 0 };
}

/**
 * How surprising a size is after those before it, then takes it in: -ln of the share of sizes that would be larger, from a
 * Pareto tail above a running 98th percentile. There is no largest surprise.
 *
 * @param size - finite, >= 0.
 * @returns nats; 0 below the threshold and during the first 60 sizes.
 * @see A. Siffer et al., "Anomaly detection in streams with extreme value theory", KDD 2017; H. Robbins, S. Monro, "A
 *   stochastic approximation method", 1951, for the running quantile.
 */
export function tailSurprise(tail: SizeTail, size: number): number {
  const surprise = surpriseOf(tail, size);
  learnSize(tail, size);
  return surprise;
}

/** The same without taking the size in. */
export function surpriseOf(tail: SizeTail, size: number): number {
  if (tail.count < WARM_UP || size <= tail.threshold) return 0;
  return surpriseAbove(tail, size - tail.threshold);
}

/** Takes a size in. */
export function learnSize(tail: SizeTail, size: number): void {
  tail.count++;
  tail.scale += (size - tail.scale) / Math.min(tail.count, SPAN);
  learn(tail, size, tail.count > WARM_UP);
}

function surpriseAbove(tail: SizeTail, excess: number): number {
  const spread = (tail.meanExcess || tail.scale || TINY) * (1 - SHAPE);
  return -Math.log(1 - QUANTILE) + Math.log1p((SHAPE * excess) / spread) / SHAPE;
}

function learn(tail: SizeTail, size: number, warm: boolean): void {
  const step = Math.max(tail.scale, TINY) * Math.max(PACE_LEAST, 1 / Math.sqrt(tail.count));
  if (size <= tail.threshold) {
    tail.threshold = Math.max(0, tail.threshold - step * (1 - QUANTILE));
    return;
  }
  tail.threshold += step * QUANTILE;
  const excess = Math.max(0, size - tail.threshold);
  const clipped = tail.meanExcess > 0 && warm ? Math.min(excess, EXCESS_CLIP * tail.meanExcess) : excess;
  tail.meanExcess += (clipped - tail.meanExcess) * Math.max(EXCESS_PACE_LEAST, 1 / (1 + tail.count * (1 - QUANTILE)));
}
