import uPlot from 'uplot';
import { formatMinute } from '../format/clock-time.js';

/** Colours for the canvas, read from the style sheet. */
export interface ChartColours {
  readonly h5: string;
  readonly native: string;
  readonly grid: string;
  readonly text: string;
  readonly font: string;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** The lowest ceiling of the scale: one lonely event must not look like a peak. */
const CEILING_MIN = 4;
const Y_AXIS_PX = 32;

/**
 * Two layers of bars: behind, all events in the colour of native; before it, those of H5. What shows of the one behind is native.
 *
 * @param onPoint - index of the second under the pointer, undefined when it left.
 */
export function rateChartOptions(
  size: ChartSize,
  colours: ChartColours,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const paths = uPlot.paths.bars?.({ size: [0.8, 12], align: 1 });
  const bars = (fill: string): uPlot.Series => ({
    fill,
    width: 0,
    points: { show: false },
    ...(paths ? { paths } : {}),
  });
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx ?? undefined)] },
    padding: [8, 4, 0, 0],
    scales: {
      x: { time: true, range: (_chart, min, max) => [min, max + 1] },
      y: { range: (_chart, _min, max) => [0, Math.max(CEILING_MIN, max * 1.1)] },
    },
    axes: [
      {
        stroke: colours.text,
        font: colours.font,
        size: 24,
        gap: 6,
        grid: { show: false },
        ticks: { show: false },
        incrs: [60],
        space: 40,
        values: (chart, splits) => splits.map((second) => (fits(chart, second) ? formatMinute(second * 1_000) : '')),
      },
      {
        stroke: colours.text,
        font: colours.font,
        size: Y_AXIS_PX,
        gap: 6,
        grid: { stroke: colours.grid, width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
        space: 28,
      },
    ],
    series: [{}, bars(colours.native), bars(colours.h5)],
  };
}

/** Half a label's width, CSS pixels: a minute nearer to the edge than this would be cut in two. */
const LABEL_HALF_PX = 16;

function fits(chart: uPlot, second: number): boolean {
  const { min = second, max = second } = chart.scales.x ?? {};
  const pxPerSecond = (chart.width - Y_AXIS_PX) / (max - min);
  return (max - second) * pxPerSecond >= LABEL_HALF_PX;
}
