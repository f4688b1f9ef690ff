const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `12,345`, and `1.23M` from a million on: for a tile, where the eye wants three digits and not nine. */
export function formatFigure(count: number): string {
  return Math.abs(count) < 1_000_000 ? whole.format(count) : compact.format(count);
}
