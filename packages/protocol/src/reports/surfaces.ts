import type { Surface } from '../surface.js';
import type { SurfaceComparison } from './comparison.js';

/*
 * The same content on both surfaces: docs/measures.md says how each figure is reckoned.
 */

/** What rows of the surfaces report are for: kinds of pages, modules on them, or the steps of a funnel. */
export const CONTENT_GROUPS = ['template', 'module', 'step'] as const;
export type ContentGroup = (typeof CONTENT_GROUPS)[number];

/** One template, module or step on one surface. Ratios are shares of `sessions`. */
export interface ContentRow {
  /** The template or module, or the number of the step, from 1. */
  readonly name: string;
  readonly surface: Surface;
  /** Sessions in which it was shown (a step: done) there. */
  readonly sessions: number;
  /** Views in which it was. */
  readonly views: number;
  /** Sessions that reached the goal, or the next step, there or anywhere, not before they first saw it. */
  readonly conversions: number;
  /** Null for the last step, which nothing follows. */
  readonly conversionRatio: number | null;
  /** Sessions whose last view it was in. */
  readonly dropOffs: number;
  readonly dropOffRatio: number;
  /** Sessions with an error in a view it was in. */
  readonly failures: number;
  readonly errorRatio: number;
  /** Of its views, milliseconds; null when none is known. */
  readonly dwellMsMedian: number | null;
  readonly dwellMsP25: number | null;
  readonly dwellMsP75: number | null;
  readonly dwellMsP90: number | null;
  /** Upper quartiles of web vitals of its views; native screens have none. `cls` has no unit. */
  readonly lcpMsP75: number | null;
  readonly inpMsP75: number | null;
  readonly clsP75: number | null;
  readonly fcpMsP75: number | null;
  readonly ttfbMsP75: number | null;
}

/** `conversionRatio`, `dropOffRatio`, `errorRatio`, `dwellMs`, `lcpMs`, `inpMs`, `cls`, `fcpMs`, `ttfbMs` of one template, module or step. */
export interface ContentComparison extends SurfaceComparison {
  readonly name: string;
}

/** How views of one template, module or step went on. */
export interface ContentWay {
  readonly name: string;
  /** Where it was shown, and where the next view was. */
  readonly fromSurface: Surface;
  readonly surface: Surface;
  readonly way: string;
  readonly views: number;
  /** Of the views that went on from there in a way that is known. */
  readonly share: number;
}

export interface SurfacesReport {
  /** Names of most sessions first, surface by surface. */
  readonly rows: readonly ContentRow[];
  readonly totals: {
    /** All sessions that showed something. */
    readonly sessions: number;
    /** Of very many sessions every so many-th was looked at, and rows are estimates; 1 where it was each of them. */
    readonly everyNth: number;
  };
  /** Of the names of most sessions; what only one surface has is not compared, and widens no interval. */
  readonly comparison: readonly ContentComparison[];
  readonly ways: readonly ContentWay[];
}
