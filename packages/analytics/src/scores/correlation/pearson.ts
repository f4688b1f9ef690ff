import { midRanks } from './mid-ranks.js';
import type { Pairs } from './pairs.js';

/** Share of a straight line, -1..1. @returns null when a column is constant or there are fewer than two rows. */
export function pearson({ x, y }: Pairs): number | null {
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < x.length; row += 1) {
    const [dx, dy] = [(x[row] as number) - meanX, (y[row] as number) - meanY]; // equally long
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const scale = Math.sqrt(xx) * Math.sqrt(yy);
  return scale > 0 && Number.isFinite(scale) ? Math.max(-1, Math.min(1, xy / scale)) : null;
}

/** Pearson of the ranks: share of a rising or falling curve, -1..1. @see C. Spearman, 1904. */
export function spearman({ x, y }: Pairs): number | null {
  return pearson({ x: midRanks(x), y: midRanks(y) });
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
