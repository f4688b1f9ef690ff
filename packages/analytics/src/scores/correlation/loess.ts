import { orderOf, type Pairs } from './pairs.js';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

const SPAN = 0.5;
const POINTS = 41;

/**
 * A local line through the nearest rows around each of up to 41 places, spread over the rows by their number, near rows counting
 * more (tricube). O(n log n + points x span x n).
 *
 * @param span - share of the rows that each local line is drawn through, in (0, 1]; .5 unless given.
 * @returns ascending in x, each x once; empty without rows.
 * @throws {RangeError} when the span lies elsewhere.
 * @see W. S. Cleveland, JASA 74 (1979) 829-836 (here without the robust rounds: an outcome of 0 or 1 is no outlier).
 */
export function loessCurve(pairs: Pairs, span: number = SPAN): CurvePoint[] {
  if (!(span > 0 && span <= 1)) throw new RangeError(`the span lies in (0, 1], got ${span}`);
  const order = orderOf(pairs.x);
  const x = Float64Array.from(order, (row) => pairs.x[row] as number); // rows are in range
  const y = Float64Array.from(order, (row) => pairs.y[row] as number);
  const window = Math.min(x.length, Math.max(2, Math.ceil(span * x.length)));
  const places = new Set<number>();
  for (let point = 0; point < POINTS && x.length > 0; point += 1) {
    places.add(x[Math.round((point * (x.length - 1)) / (POINTS - 1))] as number);
  }
  let start = 0;
  return Array.from(places, (place) => {
    while (start + window < x.length && place - (x[start] as number) > (x[start + window] as number) - place)
      start += 1;
    return { x: place, y: localLine(x, y, place, start, start + window) };
  });
}

/** Weighted least squares around the place; the weighted mean where all near rows lie at one x. */
function localLine(x: Float64Array, y: Float64Array, place: number, start: number, end: number): number {
  const reach = Math.max(place - (x[start] as number), (x[end - 1] as number) - place); // a window has two rows or is the only row
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (let row = start; row < end; row += 1) {
    const away = (x[row] as number) - place;
    const near = reach > 0 ? Math.abs(away) / reach : 0;
    const weight = reach > 0 ? (1 - near ** 3) ** 3 : 1;
    w += weight;
    wx += weight * away;
    wy += weight * (y[row] as number);
    wxx += weight * away * away;
    wxy += weight * away * (y[row] as number);
  }
  const spread = w * wxx - wx * wx;
  if (!(spread > 1e-12 * w * wxx)) return wy / w;
  return (wxx * wy - wx * wxy) / spread;
}
