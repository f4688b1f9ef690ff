import type { VNode } from 'preact';
import { formatDifference } from '../format/difference.js';
import { isSure, type MadeComparison } from '../state/sure-differences.js';

export interface DifferenceBarProps {
  readonly comparison: MadeComparison;
  /** The difference at the end of the bar, to either side. */
  readonly extent: number;
}

const WIDTH = 96;
const HEIGHT = 14;
const MIDDLE = WIDTH / 2;

/** H5 less native around a line for 0: thick the interval of its own, thin that of all comparisons together. */
export function DifferenceBar({ comparison, extent }: DifferenceBarProps): VNode {
  const { figure, difference, low, high, lowTogether, highTogether } = comparison;
  const x = (value: number) => MIDDLE + Math.max(-1, Math.min(1, extent === 0 ? 0 : value / extent)) * (MIDDLE - 3);
  // Without an end it goes on beyond what is drawn.
  const [from, to] = [lowTogether === null ? 0 : x(lowTogether), highTogether === null ? WIDTH : x(highTogether)];
  return (
    <svg
      class="difference-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={sayInterval(comparison)}
      data-sure={isSure(comparison)}
    >
      <title>{sayInterval(comparison)}</title>
      <line class="difference-zero" x1={MIDDLE} x2={MIDDLE} y1="0" y2={HEIGHT} />
      <line class="difference-together" x1={from} x2={to} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {low === null || high === null ? null : (
        <line class="difference-own" x1={x(low)} x2={x(high)} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      )}
      <circle class="difference-point" cx={x(difference)} cy={HEIGHT / 2} r="3" data-figure={figure} />
    </svg>
  );
}

function sayInterval({ figure, difference, low, high, lowTogether, highTogether }: MadeComparison): string {
  const told = formatDifference(figure, difference);
  const show = (value: number) => formatDifference(figure, value);
  if (low === null || high === null) return `${told}; too few to say how sure`;
  const own = `${told}, from ${show(low)} to ${show(high)} (95 %)`;
  if (lowTogether === null || highTogether === null) return `${own}; too few to be sure beside all the others`;
  return `${own}; from ${show(lowTogether)} to ${show(highTogether)} beside all the others`;
}
