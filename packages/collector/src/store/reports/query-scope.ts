import type { Purpose, ReportFilter, Segment, Step } from '@tidemark/protocol';
import { AGGREGATED } from '../migrations/aggregated.js';
import { canonicalVisitors } from './canonical-visitors.js';
import type { Bind, Bindable, CompiledQuery } from './compiled-query.js';
import { stepOf } from './step-sql.js';
import type { WorkspaceTraits } from './workspace-traits.js';

/** Tables that reports read. */
export type Source =
  | 'sessions'
  | 'page_stats'
  | 'page_days'
  | 'transitions'
  | 'user_days'
  | 'minute_activity'
  | 'steps';

/** Rows per source and filter that reports have in common. Nothing else writes `FROM` with the name of a table behind it. */
export interface QueryScope {
  readonly bind: Bind;
  /**
   * A subquery of a source: of the workspace, for the purpose, in the segment.
   *
   * @param where - what else its rows must be.
   */
  from(source: Source, where?: string): string;
  /** Raw events likewise. */
  events(where?: string): string;
  /**
   * Where each row of an event lies in its queue and when it came, whether or not it may be read for the purpose: without the others
   * there would be gaps. `is_for_purpose` says which may be counted. Columns as in `events`.
   *
   * @param columns - further ones, of which only rows for the purpose may be shown.
   */
  places(columns: string): string;
  /** What was refused, of which nobody knows what it may be read for: without what was sent. */
  rejected(where: string): string;
  /** Loads too many of an event: queue, number, surplus. */
  doubleLoads(where: string): string;
  /** Whether figures are counted from raw rows: no aggregate knows the segment, or the purpose of a session. */
  readonly raw: boolean;
  /** Whether events may stand for more than themselves. */
  readonly sampled: boolean;
  /** A subquery's rows with `visitor`, the one of all ids of a device, beside their `visitor_id`. */
  withVisitor(rows: string): string;
  /** First and last moment, as the store compares them. */
  readonly fromTime: string;
  readonly toTime: string;
  /** As given, within what the store can hold; epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  compiled(sql: string): CompiledQuery;
}

export interface ScopeOptions extends WorkspaceTraits {
  /** Of the key, never of the query. */
  readonly workspaceId: string;
  readonly limits: ReportLimits;
}

/** What one question may take before it is cut off. */
export interface ReportLimits {
  readonly seconds: number;
  readonly rowsRead: number;
  readonly memoryBytes: number;
  /** Sessions that are looked at view by view; of more, every second or every n-th stands for all. */
  readonly sessions: number;
}

export const REPORT_LIMITS: ReportLimits = {
  seconds: 30,
  rowsRead: 1_000_000_000,
  memoryBytes: 2_000_000_000,
  sessions: 150_000,
};

/** Bounds that no event passes: the protocol's own. The store's 32-bit times wrap around in 2106. */
const ALWAYS = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };

/** Rows say for what they may be read: in the aggregates as bits, in the events by the consent itself. */
const PURPOSE_SQL: Readonly<Record<Purpose, { readonly bits: string; readonly consent: string }>> = {
  analytics: { bits: 'bitTest(purposes, 0)', consent: `consent_analytics != 'denied'` },
  marketing: { bits: 'bitTest(purposes, 1)', consent: `consent_marketing = 'granted'` },
  risk: { bits: 'bitTest(purposes, 2)', consent: `consent_risk != 'denied'` },
};

const FIELD_SQL: Readonly<Record<string, string>> = {
  release: 'release',
  country: 'country',
  region: 'region',
  deviceClass: 'device_class',
  osFamily: 'os_family',
  browserFamily: 'ua_family',
  locale: 'locale',
  networkType: 'network_type',
  accountId: 'account_id',
  userId: 'user_id',
  isBot: 'is_bot',
};

export function createQueryScope(
  query: ReportFilter & { readonly from?: number; readonly to?: number },
  { workspaceId, aliased, sampled, limits }: ScopeOptions,
): QueryScope {
  const bound: Record<string, Bindable> = { workspace: workspaceId };
  const tables = new Set<string>();
  const clamp = (ms: number) => Math.min(Math.max(ms, ALWAYS.from), ALWAYS.to);
  const fromMs = clamp(query.from ?? ALWAYS.from);
  const toMs = clamp(query.to ?? ALWAYS.to);
  const { bits, consent } = PURPOSE_SQL[query.purpose ?? 'analytics'];

  const bind: Bind = (type, value) => {
    const name = `p${Object.keys(bound).length}`;
    bound[name] = value;
    return `{${name}:${type}}`;
  };
  const app = query.appId === undefined ? '' : ` AND app_id = ${bind('String', query.appId)}`;
  const ofWorkspace = `workspace_id = {workspace:String}${app}`;
  const fromTime = `fromUnixTimestamp64Milli(toInt64(${bind('Float64', fromMs)}), 'UTC')`;
  const toTime = `fromUnixTimestamp64Milli(toInt64(${bind('Float64', toMs)}), 'UTC')`;
  // A row's session may have begun the day before, and its day is the one by which the raw rows are found.
  const nearDays = (column: string) =>
    `${column} >= toDate(${fromTime} - INTERVAL 2 DAY) AND ${column} <= toDate(${toTime} + INTERVAL 2 DAY)`;

  function did(step: Step): string {
    const { where } = stepOf(step, bind);
    return `visitor_id IN (
      SELECT visitor_id FROM events
      WHERE ${ofWorkspace} AND ${consent} AND ${nearDays('event_day')}
        AND occurred_at >= ${fromTime} AND occurred_at < ${toTime} AND ${where}
    )`;
  }

  function conditions(segment: Segment): string {
    return segment
      .map((condition) => {
        if ('did' in condition) return did(condition.did);
        if ('didNot' in condition) return `NOT (${did(condition.didNot)})`;
        const column = FIELD_SQL[condition.field] ?? 'NULL'; // the schema knows no other
        // A list goes as JSON: of an array literal, only its outside would be a bound value.
        const listed = (values: readonly string[]) =>
          `has(JSONExtract(${bind('String', JSON.stringify(values))}, 'Array(String)'), toString(${column}))`;
        return 'is' in condition ? listed(condition.is) : `NOT ${listed(condition.isNot)}`;
      })
      .map((condition) => ` AND ${condition}`)
      .join('');
  }
  const inSegment = query.segment === undefined ? undefined : conditions(query.segment);

  const also = (where: string | undefined) => (where === undefined ? '' : ` AND ${where}`);

  function events(where?: string): string {
    tables.add('events');
    return `(SELECT * FROM events FINAL WHERE ${ofWorkspace} AND ${consent} AND ${nearDays('event_day')}${inSegment ?? ''}${also(where)})`;
  }

  return {
    bind,
    events,
    places(columns) {
      tables.add('events');
      return `(
      SELECT queue_id, seq, event_id, occurred_at, ${columns}, (${consent}) AS is_for_purpose
      FROM events WHERE ${ofWorkspace} AND ${nearDays('event_day')}
    )`;
    },
    rejected(where) {
      tables.add('rejected');
      return `(SELECT reason, field, batch_id, event_index FROM rejected WHERE ${ofWorkspace} AND ${where})`;
    },
    doubleLoads(where) {
      tables.add('double_loads');
      return `(SELECT queue_id, seq, surplus FROM double_loads FINAL WHERE workspace_id = {workspace:String} AND ${where})`;
    },
    sampled,
    raw: inSegment !== undefined || (query.purpose ?? 'analytics') !== 'analytics',
    from(source, where) {
      const onlyAnalytics = source === 'sessions';
      if (inSegment !== undefined || (onlyAnalytics && query.purpose !== undefined && query.purpose !== 'analytics')) {
        return `(SELECT * FROM (${AGGREGATED[source](events())}) WHERE 1${also(where)})`;
      }
      tables.add(source);
      return onlyAnalytics
        ? `(SELECT * FROM sessions FINAL WHERE ${ofWorkspace}${also(where)})`
        : `(SELECT * FROM ${source} WHERE ${ofWorkspace} AND ${bits}${also(where)})`;
    },
    withVisitor(rows) {
      if (!aliased) return `(SELECT *, visitor_id AS visitor FROM ${rows})`;
      tables.add('aliases');
      return `(
        SELECT r.*, if(c.id = r.visitor_id, c.device, r.visitor_id) AS visitor
        FROM ${rows} AS r LEFT JOIN (${canonicalVisitors()}) AS c ON c.id = r.visitor_id
      )`;
    },
    fromTime,
    toTime,
    fromMs,
    toMs,
    compiled: (sql) => ({
      sql: `${sql}\n  SETTINGS max_execution_time = ${limits.seconds}, timeout_overflow_mode = 'throw',
    max_rows_to_read = ${limits.rowsRead}, read_overflow_mode = 'throw', max_memory_usage = ${limits.memoryBytes}, do_not_merge_across_partitions_select_final = 1`,
      bound,
      tables: [...tables].sort(),
    }),
  };
}
