import type { ReportFilter } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { CompiledReport } from './compiled-query.js';

const EXPIRED = `
  SELECT toString(min(day)) AS first, toString(max(day)) AS last, uniqExact(day) AS days FROM expired_days
  WHERE workspace_id = {workspace:String} AND day >= toDate({from:String}) AND day <= toDate({to:String})`;

/** Bounds of what the store can hold as a day. */
const FIRST_MS = Date.UTC(2000, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

/**
 * Days of the asked time whose raw events are gone by their age, in part or whole, when a report reads raw events: it is of what is
 * left. What is answered from aggregates lacks nothing.
 */
export async function readExpiredDays(
  store: StoreConnection,
  workspaceId: string,
  report: CompiledReport,
  { from = FIRST_MS, to = LAST_MS }: ReportFilter & { readonly from?: number; readonly to?: number },
): Promise<{ readonly first: string; readonly last: string; readonly days: number } | undefined> {
  const { rows, whole, totals, surfaces, others = {} } = report;
  const questions = [rows, whole, totals, surfaces, ...Object.values(others)];
  if (!questions.some((question) => question?.tables.includes('events'))) return undefined;
  const day = (ms: number) => new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString().slice(0, 10);
  const [found] = await queryRows<{ first: string; last: string; days: number }>(store, EXPIRED, {
    workspace: workspaceId,
    from: day(from),
    to: day(to - 1),
  });
  return found && found.days > 0 ? found : undefined;
}
