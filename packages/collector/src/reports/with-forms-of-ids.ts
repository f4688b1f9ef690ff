import type { Condition, ReportFilter, ReportName, ReportQuery } from '@tidemark/protocol';

/** Every id under which whoever has this one may stand in the tables of a workspace. */
export type FormsOf = (workspaceId: string, id: string) => readonly string[];

/** Fields of a segment whose values are ids of people. */
const ID_FIELDS: readonly string[] = ['userId', 'accountId'];

/** A query whose segment names users and accounts as the app does, made one that finds them as the tables have them. */
export function withFormsOfIds<N extends ReportName>(
  query: ReportQuery<N>,
  formsOf: (id: string) => readonly string[],
): ReportQuery<N> {
  const { segment: given } = query as Pick<ReportFilter, 'segment'>; // one report has none
  if (given === undefined) return query;
  const all = (ids: readonly string[]) => ids.flatMap(formsOf);
  const segment = given.map((condition): Condition => {
    if (!('field' in condition) || !ID_FIELDS.includes(condition.field)) return condition;
    return 'is' in condition ? { ...condition, is: all(condition.is) } : { ...condition, isNot: all(condition.isNot) };
  });
  return { ...query, segment };
}
