import { REPORT_NAMES, type ReportName, type ReportQuery } from '@tidemark/protocol';
import { REPORT_QUERY_SCHEMAS } from '@tidemark/protocol/schema';
import { HttpProblem } from '../observe/http-problem.js';
import { invalidQuery } from './query-problems.js';

/** @throws {HttpProblem} `not_found`, naming the reports there are. */
export function readReportName(text: string): ReportName {
  const name = REPORT_NAMES.find((known) => known === text);
  if (name) return name;
  throw new HttpProblem('not_found', `There is no report "${text}"; there are ${REPORT_NAMES.join(', ')}.`);
}

/** @throws {HttpProblem} `invalid_query`, whose sentence begins with the field at fault. */
export function readReportQuery<N extends ReportName>(name: N, parameters: unknown): ReportQuery<N> {
  const query = REPORT_QUERY_SCHEMAS[name].safeParse(parameters);
  // Locked to the type at compile time, name by name; that the name decides is beyond what the compiler follows.
  if (query.success) return query.data as unknown as ReportQuery<N>;
  throw invalidQuery(query.error, `the ${name} report`);
}
