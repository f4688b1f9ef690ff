import { svg } from './dom.js';

export interface ChartBox {
  readonly width: number;
  readonly height: number;
  /** Kept free above and below, so that the stroke is not cut. */
  readonly padY: number;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** Spreads values evenly over the box, smallest at the bottom; a flat series runs through the middle. */
export function placePoints(values: readonly number[], box: ChartBox): readonly ChartPoint[] {
  const low = Math.min(...values);
  const spread = Math.max(...values) - low;
  const stepX = box.width / Math.max(1, values.length - 1);
  const usable = box.height - 2 * box.padY;
  return values.map((value, index) => ({
    x: index * stepX,
    y: box.padY + usable * (spread === 0 ? 0.5 : 1 - (value - low) / spread),
  }));
}

/** A small line without axes. The numbers stand beside it in text, so it is hidden from screen readers. */
export function sparkline(values: readonly number[]): SVGSVGElement {
  const box = { width: 88, height: 32, padY: 3 };
  const points = placePoints(values, box);
  const last = points.at(-1);
  return svg(
    'svg',
    { class: 'sparkline', viewBox: `0 0 ${box.width + 4} ${box.height}`, 'aria-hidden': 'true' },
    svg('path', { class: 'chart-line', d: linePath(points) }),
    last && svg('circle', { class: 'chart-dot', cx: last.x, cy: last.y, r: 2.5 }),
  );
}

/** The line and the wash under it. Stretches with the column; the stroke does not. */
export function areaChart(points: readonly ChartPoint[], box: ChartBox, label: string): SVGSVGElement {
  const line = linePath(points);
  const middles = [0, 0.5, 1].map((part) => box.padY + (box.height - 2 * box.padY) * part);
  return svg(
    'svg',
    {
      class: 'area-chart',
      viewBox: `0 0 ${box.width} ${box.height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    ...middles.map((y) => svg('line', { class: 'chart-grid', x1: 0, x2: box.width, y1: y, y2: y })),
    svg('path', { class: 'chart-area', d: `${line}L${box.width} ${box.height}L0 ${box.height}Z` }),
    svg('path', { class: 'chart-line', d: line }),
  );
}

function linePath(points: readonly ChartPoint[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
