import type { EpochMs } from './ids.js';

/** One published value of an economic series, as `POST /v1/macro-points` takes it. */
export interface MacroRow {
  readonly series: string;
  /** Start of the period that the value is for. */
  readonly periodAt: EpochMs;
  /** When it was published: as of no earlier moment does anything know it. */
  readonly knownAt: EpochMs;
  /** In the unit of the series. */
  readonly value: number;
  /** Number that the publisher gave a correction; 0 unless told. Of the same number the later word counts. */
  readonly revision?: number;
  /** Who published it. */
  readonly source: string;
  /** Whose economy it describes: two capital letters of ISO 3166-1, `EU` for the euro area. Not known unless told. */
  readonly country?: string;
}

/** Body of `POST /v1/macro-points`, at most `LIMITS.eventsPerBatch` rows. */
export interface MacroBatch {
  /** Derived from the rows unless told. */
  readonly batchId?: string;
  readonly rows: readonly MacroRow[];
}

/** What is asked of `GET /v1/macro-series`. */
export interface MacroQuery {
  /** All of the workspace, unless told. */
  readonly series?: string;
  /** Now, unless told. Nothing that was published later is looked at. */
  readonly asOf?: EpochMs;
  /** The country whose series are domestic; {@link MACRO_HOME} unless told. */
  readonly home?: string;
}
export const MACRO_HOME = 'CN';

export const MACRO_SCOPES = ['domestic', 'international', 'unknown'] as const;

/** A value as it was published. */
export interface MacroPublication {
  readonly periodAt: EpochMs;
  readonly knownAt: EpochMs;
  readonly value: number;
  readonly revision: number;
  readonly source: string;
}

/** The value that holds at a moment. */
export interface MacroValueAsOf extends MacroPublication {
  /** Since it was published. */
  readonly knownAgeMs: number;
  /** Since its period began: how far the value is carried forward. */
  readonly periodAgeMs: number;
}

/** What was known of one series at a moment. */
export interface MacroSeriesAsOf {
  readonly series: string;
  /** Empty when not known. */
  readonly country: string;
  readonly scope: (typeof MACRO_SCOPES)[number];
  /** Publications by then. */
  readonly publishedCount: number;
  /** Periods of which there was a value by then. */
  readonly periodCount: number;
  readonly firstPeriodAt: EpochMs;
  readonly lastPeriodAt: EpochMs;
  /** Null while none of the periods had begun. */
  readonly current: MacroValueAsOf | null;
  /** All words on the current period by then, oldest first; only where one series was asked for. */
  readonly revisions: readonly MacroPublication[];
}

export interface MacroAnswer {
  readonly asOf: EpochMs;
  readonly home: string;
  readonly series: readonly MacroSeriesAsOf[];
}
