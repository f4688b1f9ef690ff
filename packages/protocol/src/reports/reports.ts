import type { EpochMs } from '../ids.js';
import type { Surface } from '../surface.js';
import type { Compared } from './comparison.js';
import type { EffectiveDataReport } from './effective-data.js';
import type { SurfacesReport } from './surfaces.js';

export interface Paged {
  /** To be sent as `cursor` for the rows that follow; null when there are none. */
  readonly nextCursor: string | null;
}

export interface OverviewFigures extends VisitorFigures {
  readonly events: number;
  /** Goals reached. */
  readonly conversions: number;
  /** Sessions that reached one / sessions, 0 when there are none. */
  readonly conversionRatio: number;
  readonly bounces: number;
  readonly bounceRatio: number;
  readonly durationMsMedian: number;
}

/** Sessions that began in one interval. */
export interface OverviewRow extends OverviewFigures {
  /** When the interval begins. */
  readonly at: EpochMs;
}

export interface OverviewReport extends Compared {
  readonly rows: readonly OverviewRow[];
  readonly totals: OverviewFigures;
}

/** Figures of one page or screen on one surface. */
export interface PageRow {
  readonly page: string;
  readonly surface: Surface;
  /** Page and screen views. */
  readonly views: number;
  /** Visitors who viewed it; ids that aliases connect are one visitor, here and everywhere. */
  readonly visitors: number;
  /** Sessions whose first view it was. */
  readonly entries: number;
  /** Sessions whose last view it was. */
  readonly exits: number;
  /** Sessions that saw this page once and nothing else. */
  readonly bounces: number;
  /** Median of the known dwells, milliseconds, the mean of the middle two when they are even; null when none is known. */
  readonly dwellMsMedian: number | null;
  /** Further quantiles of the same. */
  readonly dwellMsP25: number | null;
  readonly dwellMsP75: number | null;
  readonly dwellMsP90: number | null;
  /** bounces / entries, 0 when there are none. */
  readonly bounceRatio: number;
}

export interface PagesReport extends Compared, Paged {
  /** Most viewed first, then by name. */
  readonly rows: readonly PageRow[];
  readonly totals: {
    readonly views: number;
    /** Visitors and sessions with any event at all, whether or not they viewed a page. */
    readonly visitors: number;
    readonly sessions: number;
  };
}

/** Sessions that began on one day, by the asked time zone. */
export interface SessionDayRow extends SessionFigures {
  readonly day: string;
}

export interface SessionFigures {
  readonly sessions: number;
  readonly visitors: number;
  readonly events: number;
  readonly views: number;
  /** Sessions with exactly one view. */
  readonly bounces: number;
  /** bounces / sessions, 0 when there are none. */
  readonly bounceRatio: number;
  /** Median time from a session's first event to its last, milliseconds. */
  readonly durationMsMedian: number;
}

export interface SessionsReport {
  readonly rows: readonly SessionDayRow[];
  readonly totals: SessionFigures;
}

export interface VisitorFigures {
  readonly visitors: number;
  /** Visitors who said who they are. */
  readonly users: number;
  readonly sessions: number;
  readonly views: number;
}

/** Visitors with a session that began on one day, by the asked time zone. A visitor of two days counts on both, and once in the totals. */
export interface VisitorDayRow extends VisitorFigures {
  readonly day: string;
}

export interface VisitorsReport {
  readonly rows: readonly VisitorDayRow[];
  readonly totals: VisitorFigures;
}

/** One way from page to page: a band of a Sankey diagram. */
export interface TransitionRow {
  readonly fromPage: string;
  readonly page: string;
  /** Where it led to. */
  readonly surface: Surface;
  readonly way: string;
  readonly transitions: number;
  /** Of all transitions from `fromPage`. */
  readonly shareOfFrom: number;
}

export interface TransitionsReport extends Compared, Paged {
  /** Most frequent first. */
  readonly rows: readonly TransitionRow[];
  readonly totals: { readonly transitions: number };
}

/** Visitors who came as far as a step, in the order of the steps and within the window. */
export interface FunnelRow {
  /** From 1. */
  readonly step: number;
  readonly visitors: number;
  /** Of those of the first step, 0 when there are none; its 95 % interval is null then. */
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Of those of the step before; of the first step 1. */
  readonly stepRatio: number;
}

export interface FunnelReport extends Compared {
  readonly rows: readonly FunnelRow[];
  readonly totals: { readonly visitors: number; readonly converted: number; readonly ratio: number };
}

/** How many of those who came first in some interval came again so many intervals later. */
export interface RetentionRow {
  readonly period: number;
  /** Visitors whose interval lies so far back that it could be seen whether they came. */
  readonly eligible: number;
  readonly visitors: number;
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface RetentionReport extends Compared {
  readonly rows: readonly RetentionRow[];
  readonly totals: { readonly visitors: number };
}

/** Of the visitors of one cohort, how many came in one interval. */
export interface CohortRow {
  /** First day of the interval in which they came first. */
  readonly cohort: string;
  /** Intervals later; 0 is the first. */
  readonly period: number;
  readonly size: number;
  readonly visitors: number;
  readonly ratio: number;
}

export interface CohortsReport {
  readonly rows: readonly CohortRow[];
  readonly totals: { readonly visitors: number; readonly cohorts: number };
}

export interface LiveFigures {
  readonly events: number;
  readonly views: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly orders: number;
  readonly errors: number;
  readonly visitors: number;
}

export interface LiveRow extends LiveFigures {
  /** When the minute begins. */
  readonly at: EpochMs;
}

export interface LiveReport extends Compared {
  /** The latest minute first; one without events has no row. */
  readonly rows: readonly LiveRow[];
  readonly totals: LiveFigures;
}

export interface ReportByName {
  readonly overview: OverviewReport;
  readonly transitions: TransitionsReport;
  readonly funnel: FunnelReport;
  readonly retention: RetentionReport;
  readonly cohorts: CohortsReport;
  readonly live: LiveReport;
  readonly pages: PagesReport;
  readonly sessions: SessionsReport;
  readonly visitors: VisitorsReport;
  readonly 'effective-data': EffectiveDataReport;
  readonly surfaces: SurfacesReport;
}
