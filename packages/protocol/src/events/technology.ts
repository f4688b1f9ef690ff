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

/** Why events were dropped that had a number in their queue, so that the queue has gaps where they were. */
export const NUMBERED_DROPS = ['evicted', 'expired', 'unsendable'] as const;

/**
 * The SDK about itself: what waits now, and what arrived or was dropped since it last said so. All such events of a
 * queue together are its whole story.
 */
export interface SdkHealth extends EventBase {
  readonly type: 'sdk_health';
  readonly queued: number;
  readonly delivered: number;
  readonly rejected: number;
  /** Dropped events by reason. Those of `NUMBERED_DROPS` had a number in the queue, the others never got one. */
  readonly dropped: Readonly<Record<string, number>>;
}
