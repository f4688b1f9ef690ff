import { chiSquareTail } from '../drift/chi-square.js';
import type { Pairs } from './pairs.js';
import { decileRows } from './response-by-decile.js';

/** How far the means of the deciles lie off the straight line. */
export interface LackOfFit {
  /** How often chance alone puts them this far off. */
  readonly pValue: number;
  /** Share of the variance that the line leaves and the deciles explain, less what chance explains; 0..1. */
  readonly share: number;
}

/**
 * F test of the residuals of the least-squares line between deciles of x, by its chi-square limit: for a hundred rows and more.
 *
 * @returns null when x is constant, there are fewer than three bins, or no residuals to explain.
 * @see N. R. Draper, H. Smith, Applied Regression Analysis (1998), 2.1 (there with repeated x).
 */
export function lackOfFit({ x, y }: Pairs, bins: number = 10): LackOfFit | null {
  const rows = x.length;
  const cut = decileRows(x, bins);
  if (cut.length < 3 || rows <= cut.length) return null;
  const residuals = residualsOfLine(x, y);
  const scale = y.reduce((sum, value) => sum + value * value, 0);
  let [between, all] = [0, 0];
  for (const bin of cut) {
    const sum = bin.reduce((total, row) => total + (residuals[row] as number), 0); // rows are in range
    between += (sum * sum) / bin.length;
  }
  for (const residual of residuals) all += residual * residual;
  const within = all - between;
  // What is left of an exact line is rounding, and explains nothing.
  if (!(within > 1e-20 * scale)) return null;
  const spare = cut.length - 2;
  const noise = within / (rows - cut.length);
  return {
    pValue: chiSquareTail(between / noise, spare),
    share: Math.max(0, Math.min(1, (between - spare * noise) / all)),
  };
}

function residualsOfLine(x: Float64Array, y: Float64Array): Float64Array {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (let row = 0; row < x.length; row += 1) {
    const away = (x[row] as number) - meanX; // equally long
    xx += away * away;
    xy += away * ((y[row] as number) - meanY);
  }
  const slope = xx > 0 ? xy / xx : 0;
  return y.map((value, row) => value - meanY - slope * ((x[row] as number) - meanX));
}
