import type { ReportQuery } from '@tidemark/protocol';
import type { Bind } from './compiled-query.js';
import { stepOf } from './step-sql.js';

/** What the rows of the surfaces report are for, in the words of SQL. */
export interface ContentPlaces {
  /** Which events tell of places and goals, beside those of views. */
  readonly where: string;
  /** Of an event: the places it tells of, as [(name, goal)]; the goal by its number, from 1. */
  readonly of: string;
  /** Whether an event reaches a goal, by number. */
  readonly goals: readonly string[];
}

export const IS_VIEW = `event_type IN ('page_view', 'screen_view')`;

export function contentPlaces(
  { by = 'template', goal, steps = [] }: ReportQuery<'surfaces'>,
  bind: Bind,
): ContentPlaces {
  if (by === 'step') {
    const conditions = steps.map((step) => stepOf(step, bind).where);
    const places = conditions.map((condition, i) => `if(${condition}, [('${i + 1}', ${i + 1})], [])`);
    return {
      where: conditions.map((condition) => `(${condition})`).join(' OR '),
      of: `arrayConcat(${places.join(', ')})`,
      goals: [...conditions.slice(1), '0'], // nothing follows the last
    };
  }
  const reached = `event_type = 'conversion'${goal === undefined ? '' : ` AND name = ${bind('String', goal)}`}`;
  const [shows, name] = by === 'template' ? [IS_VIEW, 'template'] : [`event_type = 'exposure'`, 'name'];
  return {
    where: `(${shows}) OR (${reached})`,
    of: `if(${shows}, [(toString(${name}), 1)], [])`,
    goals: [reached],
  };
}
