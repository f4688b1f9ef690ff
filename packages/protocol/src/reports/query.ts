import type { Purpose } from '../events/identity.js';
import type { EpochMs } from '../ids.js';
import type { Surface } from '../surface.js';
import type { DeliveryGroup } from './effective-data.js';
import type { Segment, Step } from './segment.js';
import type { ContentGroup } from './surfaces.js';

export const REPORT_NAMES = [
  'overview',
  'pages',
  'sessions',
  'visitors',
  'transitions',
  'funnel',
  'retention',
  'cohorts',
  'live',
  'effective-data',
  'surfaces',
] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

/** How wide a row of an overview is, by the asked time zone; of retention and cohorts, by UTC. Weeks begin on Monday. */
export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

export const PAGES_COLUMNS = [
  'page',
  'views',
  'visitors',
  'entries',
  'exits',
  'bounces',
  'bounceRatio',
  'dwellMsMedian',
] as const;
export const TRANSITIONS_COLUMNS = ['transitions', 'fromPage', 'page'] as const;
export const SORT_ORDERS = ['asc', 'desc'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** How the rows of a report are sent. Only `json` has totals and comparisons; the others are streamed row by row. */
export const REPORT_FORMATS = ['json', 'jsonl', 'csv', 'parquet', 'arrow'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What every report may be asked. Times are half-open: from <= t < to. */
export interface ReportFilter {
  readonly surface?: Surface;
  readonly appId?: string;
  /** What the figures are for: rows whose consent does not cover it are not counted. `analytics` unless told otherwise. */
  readonly purpose?: Purpose;
  /** Conditions that all hold. */
  readonly segment?: Segment;
  /** Rows at most, 1 to 10,000; of a format that is streamed up to 1,000,000. */
  readonly limit?: number;
  readonly format?: ReportFormat;
}

interface InTime {
  readonly from?: EpochMs;
  readonly to?: EpochMs;
}

interface InOrder<Column extends string> {
  readonly orderBy?: Column;
  /** `desc` unless told otherwise. */
  readonly order?: SortOrder;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string;
}

interface InZone {
  /** An IANA time zone; UTC unless told otherwise. */
  readonly timeZone?: string;
}

export interface ReportQueries {
  readonly overview: ReportFilter & InTime & InZone & { readonly interval?: Interval };
  readonly pages: ReportFilter & InTime & InOrder<(typeof PAGES_COLUMNS)[number]>;
  readonly sessions: ReportFilter & InTime & InZone;
  readonly visitors: ReportFilter & InTime & InZone;
  readonly transitions: ReportFilter & InTime & InOrder<(typeof TRANSITIONS_COLUMNS)[number]>;
  readonly funnel: ReportFilter &
    InTime & {
      /** 2 to 8, no two alike. */
      readonly steps: readonly Step[];
      /** From the first step to the last, seconds; a day unless told otherwise. */
      readonly windowSeconds?: number;
    };
  /** `from` and `to` are days (UTC), rounded down. */
  readonly retention: ReportFilter & InTime & CohortShape;
  readonly cohorts: ReportFilter & InTime & CohortShape;
  /** The last minutes, ending with the one that runs. */
  readonly live: ReportFilter & { readonly minutes?: number };
  /** The last day unless told otherwise. A segment would take events out of their queues' order, so that there is none. */
  readonly 'effective-data': Omit<ReportFilter, 'segment'> & InTime & { readonly by?: DeliveryGroup };
  /** Sessions that began in the asked time. Both surfaces are always asked about. */
  readonly surfaces: Omit<ReportFilter, 'surface'> &
    InTime & {
      readonly by?: ContentGroup;
      /** Which goal converts; any, unless told otherwise. Steps convert to the next one. */
      readonly goal?: string;
      /** With `by` of `step`, as of a funnel. */
      readonly steps?: readonly Step[];
    };
}

interface CohortShape {
  readonly interval?: Exclude<Interval, 'hour'>;
  /** Intervals after the first, 1 to 60. */
  readonly periods?: number;
}

/** What a report is asked for; which of the fields it takes is said by `ReportQueries`. */
export type ReportQuery<N extends ReportName = ReportName> = ReportQueries[N];

export const REPORT_ROWS_MAX = 10_000;
export const EXPORT_ROWS_MAX = 1_000_000;
export const FUNNEL_STEPS_MAX = 8;
export const WINDOW_SECONDS_MAX = 90 * 86_400;
export const PERIODS_MAX = 60;
export const LIVE_MINUTES_MAX = 60;
/** A cursor names a row; there is no way to further ones but a narrower question. */
export const CURSOR_MAX = 1_000_000;
