import type { EventBase } from './base.js';

export const WEB_VITALS = ['CLS', 'FCP', 'INP', 'LCP', 'TTFB'] as const;
export type WebVitalName = (typeof WEB_VITALS)[number];

/** One core web vital of a view; milliseconds, but for CLS, which has no unit. */
export interface WebVital extends EventBase {
  readonly type: 'web_vital';
  readonly metric: WebVitalName;
  readonly value: number;
}

/** Something threw. */
export interface ErrorEvent extends EventBase {
  readonly type: 'error';
  readonly message: string;
  readonly source?: string;
  readonly stack?: string;
}

/** The SDK about itself: what waits, what arrived, what was dropped and why, since its queue was made. */
export interface SdkHealth extends EventBase {
  readonly type: 'sdk_health';
  readonly queued: number;
  readonly delivered: number;
  readonly rejected: number;
  /** Dropped events by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}
