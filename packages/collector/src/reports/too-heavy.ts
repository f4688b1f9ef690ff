import { HttpProblem } from '../observe/http-problem.js';
import type { ReportLimits } from '../store/reports/query-scope.js';
import { QueryTooHeavy } from '../store/reports/run-query.js';

/** Says of a question that took more than it may what to ask instead. @throws {HttpProblem} `query_too_heavy`. */
export async function orTooHeavy<T>(limits: ReportLimits, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryTooHeavy)) throw error;
    const most = {
      time: `${limits.seconds} seconds`,
      rows: `${limits.rowsRead} rows read`,
      memory: `${Math.round(limits.memoryBytes / 1_000_000)} MB of memory`,
    }[error.excess];
    throw new HttpProblem(
      'query_too_heavy',
      `The report needs more than its ${most}: ask for a shorter time, or without a segment.`,
    );
  }
}
