import type { EventBase } from './base.js';

/** How one view led to another. */
export const TRANSITION_WAYS = [
  'link',
  'push',
  'replace',
  'back',
  'forward',
  'reload',
  'redirect',
  'tab',
  'deep_link',
  'bridge_call',
] as const;
export type TransitionWay = (typeof TRANSITION_WAYS)[number];

/** What brought the visitor, as the address says it (`utm_source` and its kin). */
export interface Campaign {
  readonly source?: string;
  readonly medium?: string;
  readonly name?: string;
  readonly term?: string;
  readonly content?: string;
}

/** An H5 page was shown. */
export interface PageView extends EventBase {
  readonly type: 'page_view';
  readonly url?: string;
  readonly title?: string;
  readonly referrer?: string;
  /** The kind of page, shared by many paths ("product"). */
  readonly template?: string;
  readonly campaign?: Campaign;
}

/** A native screen was shown; `page` is its name. */
export interface ScreenView extends EventBase {
  readonly type: 'screen_view';
  readonly title?: string;
  readonly template?: string;
}

/** A page or screen went away. Sent once a view, and only when its dwell is known. */
export interface ViewEnd extends EventBase {
  readonly type: 'view_end';
  /** Visible, focused and attended time, milliseconds, by the monotonic clock. */
  readonly dwellMs: number;
  /** Time the view was visible at all. */
  readonly visibleMs?: number;
  /** Time the view was visible and had the focus. */
  readonly focusedMs?: number;
  /** Deepest point reached, share of the page's height. */
  readonly scrollDepthRatio?: number;
}

/** One view led to another; `page` is where it went. */
export interface Transition extends EventBase {
  readonly type: 'transition';
  readonly fromPage: string;
  readonly way: TransitionWay;
  /** Kind of the page that was left. */
  readonly fromTemplate?: string;
  /** Modules that were seen on the page that was left. */
  readonly modules?: readonly string[];
}
