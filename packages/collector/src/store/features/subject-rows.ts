import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { FEATURE_SQL } from './all-features.js';
import { ofFewEvents } from './expressions.js';
import { INPUT_SQL, type InputCells, type SqlInput } from './inputs.js';

/** Column whose values are the ids of subjects of a kind. */
const SUBJECT_COLUMNS = {
  visitor: 'visitor_id',
  user: 'user_id',
  organisation: 'account_id',
  device: 'queue_id',
  product: 'product_id',
  page: 'page',
  workspace: 'workspace_id',
} as const;
export type SqlSubjectKind = keyof typeof SUBJECT_COLUMNS;
const UUID_KINDS: readonly SqlSubjectKind[] = ['visitor', 'device'];
/** There are many of them, each with few events. */
const PERSON_KINDS: readonly SqlSubjectKind[] = ['visitor', 'user', 'device'];
const NO_ID = "toUUID('00000000-0000-0000-0000-000000000000')";
const LOOKBACK_DAYS = 365;
const DAY_MS = 86_400_000;

/** As of when, in whose days. Times are epoch milliseconds. */
export interface FeatureMoment {
  readonly workspaceId: string;
  readonly asOfMs: number;
  readonly utcOffsetMs: number;
}

export interface SubjectQuery extends FeatureMoment {
  readonly kind: SqlSubjectKind;
  /** Names of features that the store reckons whole. */
  readonly features: readonly string[];
  readonly inputs: readonly SqlInput[];
  /** One subject only. */
  readonly subject?: string;
  /** Only subjects with an event that arrived since; the store's own clock. */
  readonly activeSinceMs?: number;
  /** One part of them, 0 to `of` - 1: who is in which is drawn by the id. */
  readonly part?: { readonly index: number; readonly of: number };
}

export interface SubjectRow {
  readonly subject: string;
  /** By the order of the asked features. */
  readonly values: readonly (number | null)[];
  readonly inputs: Partial<InputCells>;
}

/** What every query over events as of a moment binds. */
export function momentBounds({ workspaceId, asOfMs, utcOffsetMs }: FeatureMoment): Record<string, string | number> {
  return {
    workspace: workspaceId,
    asOf: asOfMs,
    offset: utcOffsetMs,
    firstDay: Math.floor(asOfMs / DAY_MS) - LOOKBACK_DAYS,
    lastDay: Math.floor(asOfMs / DAY_MS),
  };
}

/** The workspace first, then the days, then the moment. */
const asOf = (table: 'events' | 'events FINAL'): string => `
  FROM ${table}
  WHERE workspace_id = {workspace:String}
    AND event_day >= toDate({firstDay:Int32}) AND event_day <= toDate({lastDay:Int32})
    AND occurred_at <= fromUnixTimestamp64Milli({asOf:Int64}, 'UTC')
    AND occurred_at > fromUnixTimestamp64Milli({asOf:Int64} - ${LOOKBACK_DAYS * DAY_MS}, 'UTC')`;

/** Rows of a workspace as of a moment, each event once. */
export const EVENTS_AS_OF = asOf('events FINAL');

/**
 * The same with the copies that were not merged yet, for what another copy does not change: who, which and when. Many times
 * quicker: FINAL puts all events of all types in order before it looks at any.
 */
export const ROWS_AS_OF = asOf('events');

/** Each event of somebody once: as it came last, which FINAL gives, too. A person's rows are few to sort. */
const LAST_COPIES = 'ORDER BY received_at DESC LIMIT 1 BY app_id, event_day, session_id, event_id';

const ACT_TYPES =
  "('page_view', 'screen_view', 'click', 'form_start', 'outbound_link', 'download', 'conversion', 'order', 'custom')";
export const IS_ACT = `event_type IN ${ACT_TYPES}`;
export const IS_VIEW = "event_type IN ('page_view', 'screen_view')";
export const IS_PLACED = "event_type = 'order' AND order_phase = 'placed'";
export const AT_MS = 'toUnixTimestamp64Milli(occurred_at)';
/** In the market's zone. */
export const LOCAL_DAY = `intDiv(${AT_MS} + {offset:Int64}, ${DAY_MS})`;
/** 0 is Monday 00:00; 1970 began with a Thursday. */
export const HOUR_OF_WEEK = `(intDiv(${AT_MS} + {offset:Int64}, 3600000) + 72) % 168`;

const COLUMNS = `event_id, event_type, name, seq, received_at, corrected_at, clock_skew_ms, historical, queue_id, visitor_id, user_id,
  session_id, surface, page, template, way, dwell_ms, visible_ms, depth_ratio, amount, currency, order_id, product_id, order_side,
  order_phase, shares, price, ip_prefix, country, is_bot,
  ${AT_MS} AS at_ms, {asOf:Int64} - at_ms AS age_ms, ${LOCAL_DAY} AS local_day, ${HOUR_OF_WEEK} AS hour_of_week,
  ${IS_ACT} AS is_act, ${IS_VIEW} AS is_view, ${IS_PLACED} AS is_placed`;

const LIMITS = 'SETTINGS max_execution_time = 60, max_memory_usage = 4000000000';

function idOf(kind: SqlSubjectKind, parameter: string): string {
  return UUID_KINDS.includes(kind) ? `toUUIDOrZero(${parameter})` : parameter;
}

function subjectSql({ kind, features, inputs, subject, activeSinceMs, part }: SubjectQuery): string {
  const column = SUBJECT_COLUMNS[kind];
  const nobody = UUID_KINDS.includes(kind) ? NO_ID : "''";
  const one = subject === undefined ? '' : `AND ${column} = ${idOf(kind, '{subject:String}')}`;
  const isOnePerson = subject !== undefined && PERSON_KINDS.includes(kind);
  const active =
    activeSinceMs === undefined
      ? ''
      : `AND ${column} IN (SELECT ${column} FROM events WHERE workspace_id = {workspace:String} AND received_at >= fromUnixTimestamp64Milli({activeSince:Int64}, 'UTC'))`;
  const inPart = part ? `AND cityHash64(${column}) % {parts:UInt32} = {part:UInt32}` : '';
  const values = features.map((name) => `toFloat64(${FEATURE_SQL[name]})`).join(',\n');
  return `
    SELECT toString(subject), [${PERSON_KINDS.includes(kind) ? ofFewEvents(values) : values}]::Array(Nullable(Float64))${inputs.map((name) => `,\n${INPUT_SQL[name]}`).join('')}
    FROM (
      SELECT ${column} AS subject, ${COLUMNS} ${isOnePerson ? ROWS_AS_OF : EVENTS_AS_OF}
        AND ${column} != ${nobody} ${one} ${active} ${inPart} ${isOnePerson ? LAST_COPIES : ''}
    )
    GROUP BY subject ${LIMITS}`;
}

/**
 * Features and inputs of subjects of one kind, as they come; a subject without an event in 365 days has no row.
 *
 * @param each - called row by row, so that nothing is kept.
 */
export async function readSubjects(
  store: StoreConnection,
  query: SubjectQuery,
  each: (row: SubjectRow) => void,
): Promise<void> {
  const { subject, activeSinceMs, inputs, part } = query;
  const answer = await store.client().query({
    query: subjectSql(query),
    query_params: {
      ...momentBounds(query),
      ...(subject === undefined ? {} : { subject }),
      ...(activeSinceMs === undefined ? {} : { activeSince: activeSinceMs }),
      ...(part && { part: part.index, parts: part.of }),
    },
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  for await (const rows of answer.stream<unknown[]>()) {
    for (const row of rows) {
      const [id, values, ...cells] = row.json<[string, (number | null)[], ...unknown[]]>();
      const given = Object.fromEntries(inputs.map((name, i) => [name, cells[i]])) as Partial<InputCells>; // as selected
      each({ subject: id, values, inputs: given });
    }
  }
}

/** Of which kinds there is a subject with this id. The workspace itself goes by its own. */
export async function kindsOfSubject(
  store: StoreConnection,
  moment: FeatureMoment,
  subject: string,
): Promise<readonly SqlSubjectKind[]> {
  const kinds = (Object.keys(SUBJECT_COLUMNS) as SqlSubjectKind[]).filter((kind) => kind !== 'workspace'); // its own keys
  const found = kinds.map(
    (kind) => `countIf(${SUBJECT_COLUMNS[kind]} = ${idOf(kind, '{subject:String}')}) > 0 AS ${kind}`,
  );
  const query = `SELECT ${found.join(', ')} ${ROWS_AS_OF} ${LIMITS}`;
  const [row] = await queryRows<Record<string, number>>(store, query, { ...momentBounds(moment), subject });
  const named = kinds.filter((kind) => Number(row?.[kind] ?? 0) > 0);
  return subject === moment.workspaceId ? [...named, 'workspace'] : named;
}
