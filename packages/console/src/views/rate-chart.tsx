import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatRate } from '../format/rate.js';
import type { RateSeries } from '../state/event-rate.js';
import { type ChartColours, rateChartOptions } from './rate-chart-options.js';
import { useDarkScheme } from './use-dark-scheme.js';

export interface RateChartProps {
  readonly series: RateSeries;
  onPoint(index: number | undefined): void;
}

const HEIGHT = 112;

/** uPlot in a box: made anew when the colours change, resized with the box, fed otherwise. */
export function RateChart({ series, onPoint }: RateChartProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const isDark = useDarkScheme();

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const size = { width: element.clientWidth, height: HEIGHT };
    const made = new uPlot(rateChartOptions(size, readColours(element), onPoint), undefined, element);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    chart.current = made;
    return () => {
      chart.current = undefined;
      observer.disconnect();
      made.destroy();
    };
  }, [isDark, onPoint]);

  // After every drawing: the parent draws once a second, and the window has moved.
  useEffect(() => {
    chart.current?.setData([[...series.seconds], [...series.total], [...series.h5]]);
  });

  const summary = `now ${formatRate(series.current)}, peak ${series.peak}`;
  return <div class="rate-chart" ref={box} role="img" aria-label={`Events per second, last 5 minutes: ${summary}`} />;
}

function readColours(element: HTMLElement): ChartColours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    h5: read('--h5'),
    native: read('--native'),
    grid: read('--line-soft'),
    text: read('--text-faint'),
    font: `11px ${style.fontFamily}`,
  };
}
