/** Milliseconds that processes of one machine can compare, finer than `Date.now`. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Since the machine was started: what CLOCK_MONOTONIC tells any of its processes. */
export function bootClockMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
