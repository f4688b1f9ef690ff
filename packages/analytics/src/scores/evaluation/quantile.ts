/**
 * Between two values the line is taken (Hyndman & Fan 1996, type 7, as R and numpy have it).
 *
 * @param sorted - ascending, at least one.
 * @param share - in 0..1.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [Number(sorted[Math.floor(place)]), Number(sorted[Math.ceil(place)])];
  return low + (place - Math.floor(place)) * (high - low);
}
