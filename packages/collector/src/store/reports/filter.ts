import { REPORT_ROWS_MAX, type ReportQuery } from '@tidemark/protocol';

/** Bounds that no event passes: the protocol's own. Reports always bind both ends. */
const ALWAYS = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };

/** What every report query binds. The workspace comes from the key, never from the query. Times are epoch seconds. */
export function boundValues(workspaceId: string, query: ReportQuery): Record<string, string | number> {
  return {
    workspace: workspaceId,
    app: query.appId ?? '',
    surface: query.surface ?? '',
    from: withinAlways(query.from ?? ALWAYS.from) / 1_000,
    to: withinAlways(query.to ?? ALWAYS.to) / 1_000,
    rows: query.limit ?? REPORT_ROWS_MAX,
  };
}

/** The store's 32-bit times wrap around in 2106: a `to` behind that would leave nothing. */
function withinAlways(ms: number): number {
  return Math.min(Math.max(ms, ALWAYS.from), ALWAYS.to);
}

/** Limits of one report, inline: settings sent beside a query would stick to the embedded engine's connection. */
export const REPORT_LIMITS = 'SETTINGS max_execution_time = 30, max_memory_usage = 2000000000';
