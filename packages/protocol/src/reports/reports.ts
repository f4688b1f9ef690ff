import type { Surface } from '../surface.js';

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
}

export interface PagesReport {
  /** Most viewed first, then by name. */
  readonly rows: readonly PageRow[];
  readonly totals: {
    readonly views: number;
    /** Visitors and sessions with any event at all, whether or not they viewed a page. */
    readonly visitors: number;
    readonly sessions: number;
  };
}

/** Sessions that began on one day (UTC). */
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

/** Visitors with a session that began on one day (UTC). A visitor of two days counts on both, and once in the totals. */
export interface VisitorDayRow extends VisitorFigures {
  readonly day: string;
}

export interface VisitorsReport {
  readonly rows: readonly VisitorDayRow[];
  readonly totals: VisitorFigures;
}

export interface ReportByName {
  readonly pages: PagesReport;
  readonly sessions: SessionsReport;
  readonly visitors: VisitorsReport;
}
