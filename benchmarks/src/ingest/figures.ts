import type { ScalingStep } from './scaling.js';
import type { Percentiles } from './timed-send.js';

/** What can be measured apart from the rest. */
export const PARTS = ['cost', 'peers', 'ceiling', 'latency', 'scaling'] as const;
export type Part = (typeof PARTS)[number];

export interface IngestPlan {
  /** Of one round of ours; the peers get fewer, because they take longer. */
  readonly events: number;
  readonly rounds: number;
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
  readonly parts: readonly Part[];
  /** Of one saturated run; `millionSeconds` is only told of a million. */
  readonly saturatedEvents: number;
  readonly halfLoadSeconds: number;
  /** Rows in the table after each step. */
  readonly scalingRows: readonly number[];
  /** Where the collector with views leaves a CPU profile when it ends; for whoever looks for what is slow. */
  readonly profileDirectory: string | undefined;
}

/** Medians over the rounds. CPU is that of the whole server, collector and engine. What was not asked for is not there. */
export interface IngestFigures {
  /** Without views. */
  readonly cpuMicrosPerEvent?: number;
  /** With the six that the bound speaks of: page statistics, sessions, transitions, user days, minute activity, goals. */
  readonly cpuMicrosPerEventSixViews?: number;
  /** With every view of the schema, `views` of them: what an installation has. */
  readonly cpuMicrosPerEventAllViews?: number;
  /** Of the one before: what the two processes used. */
  readonly collectorMicrosPerEvent?: number;
  readonly engineMicrosPerEvent?: number;
  /** Of the engine alone, without views: `INSERT ... SELECT FROM file(..., 'RowBinary')`. */
  readonly ceilingMicrosPerEvent?: number;
  /** Naive collectors before the same engine with the same settings, without views. */
  readonly peers?: {
    readonly arrayInterval: { readonly cpuMicrosPerEvent: number };
    readonly insertPerRequest: { readonly cpuMicrosPerEvent: number };
  };
  /** Until a million events are accepted, synced and queryable, all views included. */
  readonly millionSeconds?: number;
  /** At half of what saturates it, all views included, begun at rest. */
  readonly ackMs?: Percentiles;
  readonly queryableMs?: Percentiles;
  /** The same right after millions of events at full load, whose merges are under way. */
  readonly afterSaturation?: { readonly ackMs: Percentiles; readonly queryableMs: Percentiles };
  readonly saturated?: { readonly eventsPerSecond: number; readonly queryableP99Ms: number };
  /** What each held before its first event: a third of the collector's and three quarters of the engine's are files of their programs. */
  readonly rssAtStartMiB?: { readonly collector: number; readonly engine: number };
  /** The most that each ever held, all views included. */
  readonly rssMiB?: { readonly collector: number; readonly engine: number };
  readonly scaling?: readonly ScalingStep[];
  readonly events: number;
  /** Materialized views of the schema, counted. */
  readonly views: number;
  /** Of the last minute before the start: whether the machine was quiet. */
  readonly loadAverage: number;
}
