/** Milliseconds that processes of one machine can compare, finer than `Date.now`. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}
