import type { VNode } from 'preact';

/** Fewer points than this are no line. */
const SPARKLINE_MIN_POINTS = 3;

const WIDTH = 72;
const HEIGHT = 24;
const INSET = 2;

/** The run of a figure by day, without axes: the shape, not the values. Decoration, hidden from screen readers. */
export function Sparkline({ values }: { readonly values: readonly number[] }): VNode | null {
  if (values.length < SPARKLINE_MIN_POINTS) return null;
  const points = sparklinePoints(values);
  const line = points.map(([x, y]) => `${x},${y}`).join(' ');
  const [lastX, lastY] = points.at(-1) ?? [0, 0];
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polygon class="sparkline-area" points={`${INSET},${HEIGHT} ${line} ${lastX},${HEIGHT}`} />
      <polyline class="sparkline-line" points={line} />
      <circle class="sparkline-end" cx={lastX} cy={lastY} r={2} />
    </svg>
  );
}

/** From zero at the bottom to the largest value at the top, so that a small change looks small. */
function sparklinePoints(values: readonly number[]): readonly (readonly [number, number])[] {
  const largest = Math.max(...values, Number.MIN_VALUE);
  const step = (WIDTH - 2 * INSET) / (values.length - 1);
  return values.map((value, index) => [
    Number((INSET + index * step).toFixed(1)),
    Number((HEIGHT - INSET - (value / largest) * (HEIGHT - 2 * INSET)).toFixed(1)),
  ]);
}
