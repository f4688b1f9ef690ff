import { wilsonInterval } from '@tidemark/analytics/stats';
import type { ReportByName, ReportFilter, ReportName, ReportQuery, SurfaceComparison } from '@tidemark/protocol';
import type { SurfaceVisits } from '../store/reports/compiled-query.js';
import type { FunnelCount } from '../store/reports/funnel.js';
import type { LiveTotals } from '../store/reports/live.js';
import type { OverviewTotals } from '../store/reports/overview.js';
import type { DwellSpread, PagesTotals } from '../store/reports/pages.js';
import type { RetentionCount } from '../store/reports/retention.js';
import { firstRow, rowLimit } from '../store/reports/row-limit.js';
import type { TransitionsTotals } from '../store/reports/transitions.js';
import type { Answers } from './answers.js';
import { type Comparison, type Counted, compareRatios, compareTimes, compareTogether } from './compare-surfaces.js';
import { shapeEffectiveData } from './shape-effective-data.js';
import { shapeSurfaces } from './shape-surfaces.js';
import { weighed } from './weighed.js';

type Shape<N extends ReportName> = (answers: Answers, query: ReportQuery<N>) => ReportByName[N];

/*
 * Rows come from queries of the same name and have the types that these export: the casts say which.
 */
const SHAPES: { readonly [N in ReportName]: Shape<N> } = {
  overview({ totals }, query) {
    const { rows, h5, native, ...figures } = first<OverviewTotals>(totals);
    return {
      rows,
      totals: figures,
      comparison: h5 && native ? compared(query, () => visitComparison(h5, native)) : [],
    };
  },
  pages({ rows, totals, surfaces }, query) {
    const { h5, native, ...figures } = first<PagesTotals>(totals);
    const spread = (surface: string) => {
      const found = (surfaces as readonly DwellSpread[]).find((row) => row.surface === surface);
      return { quantiles: found?.quantiles ?? [], count: found?.ended ?? 0 };
    };
    const comparison = compared(query, () => [
      compareTimes('dwellMs', spread('h5'), spread('native')),
      compareRatios('bounceRatio', weighed(h5[1], h5[0], h5[2]), weighed(native[1], native[0], native[2])),
    ]);
    return { ...paged(rows as ReportByName['pages']['rows'], query), totals: figures, comparison };
  },
  sessions: ({ rows, totals }) => ({ rows: rows as ReportByName['sessions']['rows'], totals: first(totals) }),
  visitors: ({ rows, totals }) => ({ rows: rows as ReportByName['visitors']['rows'], totals: first(totals) }),
  transitions({ rows, totals }, query) {
    const { h5, native, transitions } = first<TransitionsTotals>(totals);
    const comparison = compared(query, () => [
      compareRatios('backRatio', weighed(h5[1], h5[0], h5[2]), weighed(native[1], native[0], native[2])),
    ]);
    return { ...paged(rows as ReportByName['transitions']['rows'], query), totals: { transitions }, comparison };
  },
  funnel({ rows }, query) {
    const counts = rows as readonly FunnelCount[];
    const [start, end] = [counts[0], counts.at(-1)];
    const comparison = compared(query, () =>
      counts
        .slice(1)
        .map(({ step, h5, native }) =>
          compareRatios(
            `step${step}Ratio`,
            weighed(h5, start?.h5 ?? 0, start?.h5Squares ?? 0),
            weighed(native, start?.native ?? 0, start?.nativeSquares ?? 0),
          ),
        ),
    );
    return {
      rows: counts.map(({ step, visitors, ratio, stepRatio }) => ({
        step,
        visitors,
        ratio,
        stepRatio,
        ...ends(weighed(visitors, start?.visitors ?? 0, start?.squares ?? 0)),
      })),
      totals: { visitors: start?.visitors ?? 0, converted: end?.visitors ?? 0, ratio: end?.ratio ?? 0 },
      comparison,
    };
  },
  retention({ rows }, query) {
    const counts = rows as readonly RetentionCount[];
    const comparison = compared(query, () =>
      counts
        .filter(({ period }) => period > 0)
        .map(({ period, h5, native }) =>
          compareRatios(`period${period}Ratio`, weighed(h5[1], h5[0], h5[2]), weighed(native[1], native[0], native[2])),
        ),
    );
    return {
      rows: counts.map(({ period, eligible, visitors, ratio, squares }) => ({
        period,
        eligible,
        visitors,
        ratio,
        ...ends(weighed(visitors, eligible, squares)),
      })),
      totals: { visitors: counts[0]?.eligible ?? 0 },
      comparison,
    };
  },
  cohorts: ({ rows, totals }) => ({ rows: rows as ReportByName['cohorts']['rows'], totals: first(totals) }),
  live({ rows, totals }, query) {
    const { h5, native, ...figures } = first<LiveTotals>(totals);
    const comparison = compared(query, () => [
      compareRatios('errorRatio', weighed(h5[1], h5[0], h5[2]), weighed(native[1], native[0], native[2])),
    ]);
    return { rows: rows as ReportByName['live']['rows'], totals: figures, comparison };
  },
  'effective-data': shapeEffectiveData,
  surfaces: shapeSurfaces,
};

export function shapeReport<N extends ReportName>(name: N, answers: Answers, query: ReportQuery<N>): ReportByName[N] {
  return SHAPES[name](answers, query);
}

/** Totals are one row, of nothing too. */
function first<Row>(rows: readonly unknown[]): Row {
  return rows[0] as Row;
}

function compared({ surface }: ReportFilter, compare: () => readonly Comparison[]): readonly SurfaceComparison[] {
  return surface === undefined ? compareTogether(compare()) : [];
}

function visitComparison(h5: SurfaceVisits, native: SurfaceVisits): readonly Comparison[] {
  return [
    compareRatios('bounceRatio', weighed(h5[1], h5[0], h5[4]), weighed(native[1], native[0], native[4])),
    compareRatios('conversionRatio', weighed(h5[2], h5[0], h5[4]), weighed(native[2], native[0], native[4])),
    compareTimes(
      'durationMs',
      { quantiles: h5[3], count: weighed(0, h5[0], h5[4]).of },
      { quantiles: native[3], count: weighed(0, native[0], native[4]).of },
    ),
  ];
}

/** An estimate of those who did may pass that of all: the interval is that of a share. */
function ends({ count, of }: Counted): { readonly low: number | null; readonly high: number | null } {
  const interval = wilsonInterval(Math.min(count, of), of);
  return { low: interval?.low ?? null, high: interval?.high ?? null };
}

/** One row more than was asked for says that there are more. */
function paged<Row>(rows: readonly Row[], query: ReportFilter & { readonly cursor?: string }) {
  const limit = rowLimit(query);
  const shown = rows.slice(0, limit);
  return { rows: shown, nextCursor: rows.length > limit ? `r${firstRow(query) + limit}` : null };
}
