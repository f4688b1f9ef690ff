import type { SdkFigures } from './measure-figures.js';

/** One line of the table of figures. */
export interface FigureRow {
  readonly what: string;
  /** Null where it could not be measured. */
  readonly value: number | null;
  readonly unit: string;
  /** The figure is good up to here; absent for one that others are read against. */
  readonly atMost?: number;
}

/** All figures with their bounds; what a scenario may lose is said by none: it is nothing. */
export function figureRows(figures: Omit<SdkFigures, 'scenarios'>): FigureRow[] {
  const { dwellErrorMs } = figures;
  const row = (what: string, value: number | null, unit: string, atMost?: number): FigureRow => ({
    what,
    value,
    unit,
    ...(atMost === undefined ? {} : { atMost }),
  });
  return [
    row('`init` alone, gzip -9', figures.coreGzipBytes, 'bytes', 9_000),
    row('everything, in two script tags, gzip -9', figures.fullGzipBytes, 'bytes', 16_000),
    row('snippet, gzip -9', figures.snippetGzipBytes, 'bytes', 600),
    row('a call of `track`, median', figures.trackP50Micros, 'µs', 50),
    row('a call of `track`, 95th percentile', figures.trackP95Micros, 'µs', 200),
    row('a call of `init`, median', figures.initMs, 'ms', 5),
    row("CPU of the page's main thread an event, from the call to the ack", figures.cpuMicrosPerEvent, 'µs', 300),
    ...(figures.bareStoreMicrosPerEvent === undefined // an older run
      ? []
      : [row('of that, what a page pays that only stores a text an event', figures.bareStoreMicrosPerEvent, 'µs')]),
    row('the same offline with 10,000 events queued, by with none', figures.deepQueueRatio, 'times', 1.2),
    row('longest task, 10,000 events of an earlier visit included', figures.longestTaskMs, 'ms', 50),
    row('bytes on the wire an event, headers included', figures.wireBytesPerEvent, 'bytes', 60),
    row('requests for 300 events in 30 s', figures.requestsPer300, 'requests', 10),
    row('dwell of a view that is left, error', dwellErrorMs.leave, 'ms', 50),
    row('dwell of a view whose browser is killed, error', dwellErrorMs.crash, 'ms', 1_000),
    row('dwell while the clock is set a day ahead, error', dwellErrorMs.clockStep, 'ms', 100),
  ];
}

/** A figure that could not be measured is not within its bound either. */
export function isWithin({ value, atMost = Infinity }: FigureRow): boolean {
  return value !== null && value <= atMost;
}

export function showValue({ value, unit }: FigureRow): string {
  if (value === null) return 'not measured';
  return `${show(value)} ${unit}`;
}

export function showBound({ atMost, unit }: FigureRow): string {
  return atMost === undefined ? '' : `${show(atMost)} ${unit}`;
}

function show(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 1_000 ? 1 : 0 });
}
