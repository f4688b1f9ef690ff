import type { ProbabilityRange } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatInterval, formatProbability } from '../format/order.js';

const WIDTH = 120;
const HEIGHT = 14;
/** A dot at 0 or 1 lies whole in the picture. */
const INSET = 4;

/** From 0 to 1: the interval as a band, the probability as a dot in it. */
export function ProbabilityBar({ range }: { readonly range: ProbabilityRange }): VNode {
  const at = (share: number) => INSET + share * (WIDTH - 2 * INSET);
  const { probability, low, high } = range;
  return (
    <svg
      class="probability-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${formatProbability(probability)}, ${formatInterval(range)}`}
    >
      <rect class="probability-track" x={INSET} y={6} width={WIDTH - 2 * INSET} height={2} rx={1} />
      <rect class="probability-range" x={at(low)} y={4} width={Math.max(1, at(high) - at(low))} height={6} rx={3} />
      <circle class="probability-dot" cx={at(probability)} cy={7} r={3.5} />
    </svg>
  );
}
