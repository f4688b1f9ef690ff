import type { EpochMs } from '../ids.js';

/*
 * Whether the data is worth counting: docs/measures.md says how each figure is reckoned.
 */

/** What rows of the effective-data report are for: one release of the app, one day (UTC), one surface, one device queue. */
export const DELIVERY_GROUPS = ['release', 'day', 'surface', 'queue'] as const;
export type DeliveryGroup = (typeof DELIVERY_GROUPS)[number];

/** What became of events on their way, by what they carry themselves. */
export interface DeliveryFigures {
  /** Events that are there, each once. */
  readonly events: number;
  /** Device queues that they came from. */
  readonly queues: number;
  /** Numbers of these queues, each just before an event that is there, of which there is no event. */
  readonly missing: number;
  /** Of the numbers given, those that are there; null where no event has one. */
  readonly completenessRatio: number | null;
  /** Rows that are there beside the first of their event; the store's merges take them out in time. */
  readonly copies: number;
  /** From when it happened (by the collector's clock) to when it arrived; null where nothing was observed. */
  readonly lateMsMedian: number | null;
  readonly lateMsP95: number | null;
  readonly lateMsP99: number | null;
  /** Share that arrived more than an hour late. */
  readonly lateRatio: number | null;
}

export interface EffectiveDataRow extends DeliveryFigures {
  /** The release, day, surface or queue. */
  readonly name: string;
}

export interface EffectiveDataTotals extends DeliveryFigures {
  /** Events that were refused, and their share of all that came. */
  readonly rejected: number;
  readonly rejectedRatio: number;
  /** Events that several collectors loaded, times too many; they were taken out of the figures when they were found. */
  readonly doubleLoads: number;
}

/** How far the data can be relied on. */
export interface Freshness {
  /** Whatever this collector acknowledged up to then can be queried; null where nobody knows. */
  readonly completeTo: EpochMs | null;
  /** By then, 99 % of what had happened had arrived, if it arrived as late as in the asked time. */
  readonly settledTo: EpochMs | null;
  /** Of the latest event of the asked time; null when there is none. */
  readonly newestOccurredAt: EpochMs | null;
  readonly newestReceivedAt: EpochMs | null;
}

export interface RejectedShare {
  readonly reason: string;
  /** Empty for the event itself. */
  readonly field: string;
  readonly events: number;
}

/** How often a column of an event type is empty, and how often it was in the week before the asked time. */
export interface EmptyShare {
  readonly eventType: string;
  /** As the data dictionary calls it. */
  readonly column: string;
  readonly events: number;
  readonly emptyRatio: number;
  readonly baselineEvents: number;
  readonly baselineRatio: number;
}

export const DATA_BREAKS = [
  'missing',
  'late',
  'copies',
  'rejected',
  'empty',
  'vanished',
  'appeared',
  'behind',
] as const;
export type DataBreakKind = (typeof DATA_BREAKS)[number];

/** A departure that chance does not explain. Ratios are 0..1; of `behind`, milliseconds. */
export interface DataBreak {
  readonly kind: DataBreakKind;
  /** The release, the column (`order.price`), the event type (`click`), the property (`click.variant`), the reason. */
  readonly subject: string;
  /** The release it was seen in; empty for all. */
  readonly release: string;
  readonly observed: number;
  /** What it was in the week before, or may be at most. */
  readonly expected: number;
  /** Events or devices that `observed` is a share of. */
  readonly count: number;
}

export interface EffectiveDataReport {
  /** Most missing first. */
  readonly rows: readonly EffectiveDataRow[];
  readonly totals: EffectiveDataTotals;
  readonly freshness: Freshness;
  readonly rejected: readonly RejectedShare[];
  /** Those that rose most first. */
  readonly empties: readonly EmptyShare[];
  readonly breaks: readonly DataBreak[];
}
