import type { VNode } from 'preact';
import { Sparkline } from './sparkline.js';

export interface FigureTileProps {
  /** Stable name for tests: the figure itself carries `tile-NAME`. */
  readonly name: string;
  readonly label: string;
  /** What exactly is counted. */
  readonly meaning: string;
  /** The figure as it is; undefined while it is unknown, or means nothing because there is nothing to take it of. */
  readonly value: number | undefined;
  format(value: number): string;
  /** A second figure that puts the first in its place. */
  readonly note: string;
  /** By day, oldest first. */
  readonly trend: readonly number[];
}

/** One figure: what it is, how much, and compared to what. */
export function FigureTile({ name, label, meaning, value, format, note, trend }: FigureTileProps): VNode {
  return (
    <div class="card tile">
      <dt title={meaning}>{label}</dt>
      <dd class="tile-figure" data-test={`tile-${name}`} data-value={value} title={value?.toString()}>
        {value === undefined ? '–' : format(value)}
      </dd>
      <dd class="tile-note">
        {value === undefined ? '' : note}
        <Sparkline values={trend} />
      </dd>
    </div>
  );
}
