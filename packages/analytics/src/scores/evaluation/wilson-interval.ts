/** Of the standard normal distribution at 97.5 %. */
const Z = 1.959963984540054;

/**
 * Interval of a share at 95 %.
 *
 * @param hits - in 0..rows; may be a fraction where tied rows were shared out.
 * @see E. B. Wilson, JASA 22 (1927) 209-212.
 */
export function wilsonInterval(hits: number, rows: number): { low: number; high: number } {
  const share = hits / rows;
  const widened = 1 + (Z * Z) / rows;
  const centre = (share + (Z * Z) / (2 * rows)) / widened;
  const half = (Z / widened) * Math.sqrt((share * (1 - share)) / rows + (Z * Z) / (4 * rows * rows));
  // Rounding must not put the interval beside the share at 0 and 1.
  return { low: Math.min(share, Math.max(0, centre - half)), high: Math.max(share, Math.min(1, centre + half)) };
}
