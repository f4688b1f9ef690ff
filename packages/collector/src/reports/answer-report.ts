import type { ReportByName, ReportName, ReportQuery } from '@tidemark/protocol';
import type { StoreConnection } from '../store/connect.js';
import { compileReport } from '../store/reports/compile-report.js';
import type { CompiledQuery, CompiledReport } from '../store/reports/compiled-query.js';
import type { ReportLimits } from '../store/reports/query-scope.js';
import { runQuery } from '../store/reports/run-query.js';
import { readTraits } from '../store/reports/workspace-traits.js';
import type { Moment } from './answers.js';
import { shapeReport } from './shape-report.js';

/** @param workspaceId - of the key, never of the query. */
export async function compileFor<N extends ReportName>(
  store: StoreConnection,
  workspaceId: string,
  name: N,
  query: ReportQuery<N>,
  { limits, nowMs }: { readonly limits: ReportLimits; readonly nowMs: number },
): Promise<CompiledReport> {
  return compileReport(name, query, { workspaceId, ...(await readTraits(store, workspaceId)), limits }, nowMs);
}

/** Asks the store the questions of a report, and makes one answer of what it says. @throws as `runQuery`. */
export async function answerReport<N extends ReportName>(
  store: StoreConnection,
  name: N,
  { rows, detailed = rows, whole, totals, surfaces, others = {} }: CompiledReport,
  query: ReportQuery<N>,
  moment: Moment,
): Promise<ReportByName[N]> {
  const ask = async (question: CompiledQuery | undefined) => (question ? runQuery(store, question) : []);
  if (whole) {
    const [first, ...rest] = await runQuery(store, whole);
    const answers: Record<string, readonly unknown[]> = {};
    for (const [other, question] of Object.entries(others)) answers[other] = await ask(question); // one after another: none is asked in a hurry
    return shapeReport(name, { rows: rest, totals: [first], surfaces: [], others: answers, moment }, query);
  }
  const [rowsOf, totalsOf, surfacesOf] = await Promise.all([ask(detailed), ask(totals), ask(surfaces)]);
  return shapeReport(name, { rows: rowsOf, totals: totalsOf, surfaces: surfacesOf, others: {}, moment }, query);
}
