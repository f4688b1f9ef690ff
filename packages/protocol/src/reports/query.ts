import type { EpochMs } from '../ids.js';
import type { Surface } from '../surface.js';

/** What a report is asked for. Times are half-open: from <= t < to. */
export interface ReportQuery {
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly surface?: Surface;
  readonly appId?: string;
  /** Rows at most, 1 to 10,000. */
  readonly limit?: number;
}

export const REPORT_NAMES = ['pages', 'sessions', 'visitors'] as const;
export type ReportName = (typeof REPORT_NAMES)[number];
export const REPORT_ROWS_MAX = 10_000;
