import type { ContentComparison, ContentRow, ContentWay, ReportQuery, SurfacesReport } from '@tidemark/protocol';
import { rowLimit } from '../store/reports/row-limit.js';
import { type ContentCounts, MEASURES, type Measure, wayOf } from '../store/reports/surfaces.js';
import type { Answers } from './answers.js';
import { type Comparison, compareRatios, compareTimes, compareTogether } from './compare-surfaces.js';
import { weighed } from './weighed.js';

/** Names that are compared: each has nine figures, and each figure makes the intervals of all together wider. */
const NAMES_COMPARED = 100;

/** The casts say of which query of the same name the rows are. */
export function shapeSurfaces({ rows, totals: [first] }: Answers, query: ReportQuery<'surfaces'>): SurfacesReport {
  const counts = rows as readonly ContentCounts[];
  const shown = counts.slice(0, rowLimit(query));
  const names = [...new Set(shown.map(({ name }) => name))].slice(0, NAMES_COMPARED);
  const last = query.by === 'step' ? String(query.steps?.length) : undefined;
  return {
    rows: shown.map(rowOf),
    totals: first as SurfacesReport['totals'],
    comparison: compareContents(names, counts, last),
    ways: shown.flatMap(waysOf),
  };
}

function rowOf({ sums: _sums, spreads: _spreads, ways: _ways, ...row }: ContentCounts): ContentRow {
  return row;
}

/** All names together: one interval holds for every figure of every name. */
function compareContents(
  names: readonly string[],
  counts: readonly ContentCounts[],
  last: string | undefined,
): readonly ContentComparison[] {
  const named = names.flatMap((name) => {
    const on = (surface: string) => counts.find((row) => row.name === name && row.surface === surface);
    const [h5, native] = [on('h5'), on('native')];
    return h5 && native ? compareContent(h5, native, name !== last).map((comparison) => ({ name, comparison })) : [];
  });
  const together = compareTogether(named.map(({ comparison }) => comparison));
  return named.flatMap(({ name }, i) => {
    const found = together[i];
    return found ? [{ name, ...found }] : [];
  });
}

function compareContent(h5: ContentCounts, native: ContentCounts, converts: boolean): readonly Comparison[] {
  const share = (figure: string, of: 0 | 1 | 2) => {
    const counted = ({ sums }: ContentCounts) => weighed(sums[of], sums[3], sums[4]);
    return compareRatios(figure, counted(h5), counted(native));
  };
  const spread = ({ spreads }: ContentCounts, i: number) => {
    const [count = 0, quantiles = []] = spreads[i] ?? [];
    return { count, quantiles };
  };
  return [
    ...(converts ? [share('conversionRatio', 0)] : []),
    share('dropOffRatio', 1),
    share('errorRatio', 2),
    ...MEASURES.map((measure, i) => {
      const comparison = compareTimes(figureOf(measure), spread(h5, i), spread(native, i));
      return measure === 'dwell' ? withMedians(comparison, h5, native) : comparison;
    }),
  ];
}

function figureOf(measure: Measure): string {
  return measure === 'cls' ? measure : `${measure}Ms`;
}

/** The medians of the rows themselves, and not those of the quantiles that stand for the views. */
function withMedians(comparison: Comparison, h5: ContentCounts, native: ContentCounts): Comparison {
  return {
    ...comparison,
    h5: { ...comparison.h5, value: h5.dwellMsMedian },
    native: { ...comparison.native, value: native.dwellMsMedian },
  };
}

function waysOf({ name, surface: fromSurface, ways }: ContentCounts): readonly ContentWay[] {
  const all = ways.reduce((sum, [, views]) => sum + views, 0);
  return ways
    .map(([code, views]) => ({ name, fromSurface, ...wayOf(code), views: Math.round(views), share: views / all }))
    .sort((a, b) => b.views - a.views);
}
