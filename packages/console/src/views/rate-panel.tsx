import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { formatTime } from '../format/clock-time.js';
import { formatRate } from '../format/rate.js';
import type { SurfaceChoice } from '../state/choice.js';
import type { EventRate } from '../state/event-rate.js';
import { RateChart } from './rate-chart.js';
import { SurfaceMark } from './surface-mark.js';
import { useNow } from './use-now.js';

export interface RatePanelProps {
  readonly rate: EventRate;
  readonly surface: SurfaceChoice;
  now(): number;
}

/** Events per second, with the second under the pointer read out. */
export function RatePanel({ rate, surface, now }: RatePanelProps): VNode {
  const nowMs = useNow(now, 1_000);
  const [point, setPoint] = useState<number | undefined>(undefined);
  const series = rate.series(nowMs, surface);
  const second = point === undefined ? undefined : series.seconds[point];

  return (
    <div class="rate-panel">
      <div class="toolbar">
        <h2>Events per second</h2>
        <span class="legend">
          {surface === 'native' ? null : <SurfaceMark surface="h5" />}
          {surface === 'h5' ? null : <SurfaceMark surface="native" />}
        </span>
        <span class="spring" />
        {point === undefined || second === undefined ? (
          <span class="rate-now">
            <strong>{formatRate(series.current)}</strong> now
            <span class="rate-peak">peak {series.peak}</span>
          </span>
        ) : (
          <span class="rate-now">
            <strong>{series.total[point]}</strong> at {formatTime(second * 1_000)}
          </span>
        )}
      </div>
      <RateChart series={series} onPoint={setPoint} />
    </div>
  );
}
