import { judgeEffectiveData, type SchemaSighting } from '@tidemark/analytics/anomalies';
import type {
  EffectiveDataReport,
  EffectiveDataTotals,
  EmptyShare,
  Freshness,
  RejectedShare,
  ReportQuery,
} from '@tidemark/protocol';
import type { DeliveryRow, EmptyCounts } from '../store/reports/effective-data.js';
import { EMPTY_COLUMNS } from '../store/reports/empty-columns.js';
import type { Answers, Moment } from './answers.js';

/** Shares of empty values that one answer shows. */
const EMPTIES_SHOWN = 100;

/** The casts say of which query of the same name the rows are. */
export function shapeEffectiveData(
  { rows, totals: [first], others, moment }: Answers,
  { by = 'release' }: ReportQuery<'effective-data'>,
): EffectiveDataReport {
  const { name: _all, newestOccurredAt, newestReceivedAt, ...figures } = first as DeliveryRow;
  const delivered = (rows as readonly DeliveryRow[]).map(
    ({ newestOccurredAt: _occurred, newestReceivedAt: _received, ...row }) => row,
  );
  const rejected = (others.rejected ?? []) as readonly RejectedShare[];
  const [twice] = (others.doubleLoads ?? []) as readonly { readonly events: number }[];
  const refused = rejected.reduce((sum, { events }) => sum + events, 0);
  const came = figures.events + refused;
  const totals: EffectiveDataTotals = {
    ...figures,
    rejected: refused,
    rejectedRatio: came === 0 ? 0 : refused / came,
    doubleLoads: twice?.events ?? 0,
  };
  const isEmpty = figures.events === 0;
  const freshness: Freshness = {
    completeTo: moment.completeTo,
    settledTo: settledTo(moment, figures.lateMsP99),
    newestOccurredAt: isEmpty ? null : newestOccurredAt,
    newestReceivedAt: isEmpty ? null : newestReceivedAt,
  };
  const empties = shares((others.empties ?? []) as readonly EmptyCounts[]);
  const breaks = judgeEffectiveData({
    totals,
    releases: by === 'release' ? delivered.filter(({ name }) => name !== '') : [],
    empties,
    sightings: (others.sightings ?? []) as readonly SchemaSighting[],
    freshness,
    nowMs: moment.nowMs,
  });
  return { rows: delivered, totals, freshness, rejected, empties: empties.slice(0, EMPTIES_SHOWN), breaks };
}

function settledTo({ completeTo }: Moment, lateMsP99: number | null): number | null {
  return completeTo === null || lateMsP99 === null ? null : Math.round(completeTo - lateMsP99);
}

/** Where there is something on both sides to compare; those that rose most first. */
function shares(counts: readonly EmptyCounts[]): EmptyShare[] {
  return counts
    .filter(({ events, baselineEvents }) => events > 0 && baselineEvents > 0)
    .flatMap(({ eventType, events, baselineEvents, empty, baselineEmpty }) =>
      EMPTY_COLUMNS.map(([column], i) => ({
        eventType,
        column,
        events,
        emptyRatio: (empty[i] ?? 0) / events,
        baselineEvents,
        baselineRatio: (baselineEmpty[i] ?? 0) / baselineEvents,
      })),
    )
    .sort((a, b) => b.emptyRatio - b.baselineRatio - (a.emptyRatio - a.baselineRatio));
}
