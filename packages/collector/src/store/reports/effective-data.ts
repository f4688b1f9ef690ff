import type { DeliveryFigures, DeliveryGroup, ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { EMPTY_COLUMNS } from './empty-columns.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What is usual is learnt from the week before the asked time: a weekday each. */
const BASELINE_MS = 7 * DAY_MS;
/** Reasons and fields, event types, and names of properties come from lists that are short where all is well. */
const REASONS_MOST = 1_000;
const TYPES_MOST = 200;
const SIGHTINGS_MOST = 20_000;

/** Totals stand first, of all groups. */
export interface DeliveryRow extends DeliveryFigures {
  readonly name: string;
  readonly newestOccurredAt: number;
  readonly newestReceivedAt: number;
}

export interface EmptyCounts {
  readonly eventType: string;
  readonly events: number;
  readonly baselineEvents: number;
  /** In the order of `EMPTY_COLUMNS`. */
  readonly empty: readonly number[];
  readonly baselineEmpty: readonly number[];
}

const GROUPS: Readonly<Record<DeliveryGroup, string>> = {
  release: 'release',
  day: 'toString(toDate(occurred_at))',
  surface: 'surface',
  queue: 'toString(queue_id)',
};

const NO_QUEUE = `toUUID('00000000-0000-0000-0000-000000000000')`;
const isOf = (column: string, value: string | undefined) => (value === undefined ? '' : ` AND ${column} = ${value}`);

/**
 * How whole, how late and how often events came, in the asked time or, unless it is told, the day before now; and what tells
 * whether their content is what it was in the week before.
 *
 * An event's number is held against the one before it in its queue, among all rows within two days, for whatever purpose: what
 * lies between two numbers that are there is missing, and counts with the event behind the gap.
 */
export function compileEffectiveData(
  query: ReportQuery<'effective-data'>,
  options: ScopeOptions,
  nowMs: number,
): CompiledReport {
  const to = query.to ?? Math.max(nowMs, (query.from ?? 0) + 1);
  const range = { ...query, from: query.from ?? to - DAY_MS, to };
  const scope = createQueryScope({ ...range, format: query.format ?? 'json' }, options);
  const surface = query.surface === undefined ? undefined : `'${query.surface}'`;
  const limit = scope.bind('UInt32', rowLimit(query));
  const within = `occurred_at >= ${scope.fromTime} AND occurred_at < ${scope.toTime}`;
  const deliveries = `(
    SELECT
      *, event_id = former AS is_copy, queue_id != ${NO_QUEUE} AS has_number,
      if(has_number AND place > 1 AND seq > before + 1, seq - before - 1, 0) AS missing_before,
      historical = 0 AND NOT is_copy AS is_observed,
      greatest(0, dateDiff('millisecond', corrected_at, received_at)) AS late_ms
    FROM (
      SELECT
        *, row_number() OVER w AS place, lagInFrame(seq) OVER w AS before, lagInFrame(event_id) OVER w AS former
      FROM ${scope.places('surface, release, historical, corrected_at, received_at')}
      WINDOW w AS (PARTITION BY queue_id ORDER BY seq, event_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    )
    WHERE is_for_purpose AND ${within}${isOf('surface', surface)}
  )`;
  const figures = `
    countIf(NOT is_copy) AS events, uniqExactIf(queue_id, has_number) AS queues, sum(missing_before) AS missing,
    countIf(has_number AND NOT is_copy) AS numbered,
    if(numbered = 0, NULL, numbered / (numbered + missing)) AS completenessRatio,
    countIf(is_copy) AS copies, countIf(is_observed) AS observed,
    quantilesExactInclusiveIf(0.5, 0.95, 0.99)(late_ms, is_observed) AS late,
    ${['Median', 'P95', 'P99'].map((name, i) => `if(observed = 0, NULL, late[${i + 1}]) AS lateMs${name}`).join(', ')},
    if(observed = 0, NULL, countIf(is_observed AND late_ms > ${HOUR_MS}) / observed) AS lateRatio`;
  const shown = 'events, queues, missing, completenessRatio, copies, lateMsMedian, lateMsP95, lateMsP99, lateRatio';
  const newest = (column: string) => `toInt64(toUnixTimestamp64Milli(max(${column})))`;
  const name = GROUPS[query.by ?? 'release'];
  return {
    rows: scope.compiled(`
  SELECT name, ${shown}
  FROM (SELECT ${name} AS name, ${figures} FROM ${deliveries} GROUP BY name)
  ORDER BY missing DESC, events DESC, name LIMIT ${limit}`),
    whole: scope.compiled(`
  SELECT name, ${shown}, newestOccurredAt, newestReceivedAt
  FROM (
    SELECT
      ${name} AS name, ${figures}, ${newest('occurred_at')} AS newestOccurredAt, ${newest('received_at')} AS newestReceivedAt,
      grouping(name) AS is_total
    FROM ${deliveries} GROUP BY GROUPING SETS ((name), ())
  )
  ORDER BY is_total DESC, missing DESC, events DESC, name LIMIT ${limit} + 1`),
    others: contents({ ...range, from: range.from, to }, surface, options),
  };
}

/** What was refused, what is empty and what was seen where: few rows, of the asked time beside the week before. */
function contents(
  query: ReportQuery<'effective-data'> & { readonly from: number; readonly to: number },
  surface: string | undefined,
  options: ScopeOptions,
): CompiledReport['others'] {
  const { from, to } = query;
  const asked = createQueryScope(query, options);
  const scope = createQueryScope({ ...query, from: from - BASELINE_MS, to }, options);
  const isRecent = `occurred_at >= fromUnixTimestamp64Milli(toInt64(${scope.bind('Float64', asked.fromMs)}), 'UTC')`;
  const within = `occurred_at >= ${scope.fromTime} AND occurred_at < ${scope.toTime}${isOf('surface', surface)}`;
  const isIn = (column: string) => `${column} >= ${asked.fromTime} AND ${column} < ${asked.toTime}`;
  const empty = `[${EMPTY_COLUMNS.map(([, isEmpty]) => `toUInt64(${isEmpty})`).join(', ')}]`;
  return {
    rejected: asked.compiled(`
  SELECT reason, field, uniqExact(batch_id, event_index) AS events
  FROM ${asked.rejected(isIn('received_at'))} GROUP BY reason, field ORDER BY events DESC, reason, field LIMIT ${REASONS_MOST}`),
    doubleLoads: asked.compiled(`
  SELECT sum(surplus) AS events FROM ${asked.doubleLoads(isIn('found_at'))}`),
    empties: scope.compiled(`
  SELECT
    event_type AS eventType, countIf(is_recent) AS events, countIf(NOT is_recent) AS baselineEvents,
    sumForEachIf(empty_values, is_recent) AS empty, sumForEachIf(empty_values, NOT is_recent) AS baselineEmpty
  FROM (SELECT event_type, ${isRecent} AS is_recent, ${empty} AS empty_values FROM ${scope.events(within)})
  GROUP BY eventType ORDER BY eventType LIMIT ${TYPES_MOST}`),
    sightings: scope.compiled(`
  SELECT
    item.1 AS kind, item.2 AS name, if(grouping(app_release) = 1, '', app_release) AS release,
    uniqExactIf(queue_id, is_recent) AS devices, uniqExactIf(queue_id, NOT is_recent) AS baselineDevices
  FROM (
    SELECT
      queue_id, release AS app_release, ${isRecent} AS is_recent,
      arrayJoin(arrayConcat(
        [('any', ''), ('event', toString(event_type))],
        arrayMap(key -> ('property', concat(event_type, '.', key)), mapKeys(props))
      )) AS item
    FROM ${scope.events(`${within} AND queue_id != ${NO_QUEUE}`)}
  )
  GROUP BY GROUPING SETS ((item, app_release), (item))
  HAVING grouping(app_release) = 1 OR (app_release != '' AND devices > 0)
  ORDER BY kind, devices + baselineDevices DESC, name, release LIMIT ${SIGHTINGS_MOST}`),
  };
}
