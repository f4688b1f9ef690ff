import { cumulativeIncidence, type OrderCourse } from './cumulative-incidence.js';
import type { Learner } from './learner.js';
import { expandPersonPeriods, type Spells } from './person-periods.js';

/** Time to fill with cancelling as a competing risk. Plain JSON when the learner's models are. */
export interface HazardModel<Model> {
  readonly kind: 'hazard';
  /** Periods it speaks about. */
  readonly horizon: number;
  /** P(filled in this period | open before). */
  readonly fill: Model;
  /** P(cancelled in this period | open before, not filled in it): so both hazards together never exceed 1. */
  readonly cancel: Model;
}

/**
 * Discrete-time hazards of both endings, each from the rows of the periods that orders were open in. The baseline is free: a
 * column for each period after the first.
 *
 * @param columns - features as of the placing of each order, shape [columns][orders], finite.
 * @param horizon - periods that count, from 1.
 * @throws {RangeError} as `expandPersonPeriods` does, and when a column has another length.
 * @see P. D. Allison, Sociological Methodology 13 (1982) 61-98; A. Lo, A. C. MacKinlay, J. Zhang, J. Financial Economics 65
 * (2002) 31-71.
 */
export function fitHazards<Model>(
  spells: Spells,
  columns: readonly ArrayLike<number>[],
  horizon: number,
  learner: Learner<Model>,
): HazardModel<Model> {
  for (const [at, column] of columns.entries()) {
    if (column.length !== spells.ending.length) {
      throw new RangeError(`column ${at} has ${column.length} values for ${spells.ending.length} orders`);
    }
  }
  const { order, period, filled, cancelled } = expandPersonPeriods(spells, horizon);
  const design = [
    ...Array.from({ length: horizon - 1 }, (_, k) => Float64Array.from(period, (at) => (at === k + 2 ? 1 : 0))),
    ...columns.map((column) => Float64Array.from(order, (at) => Number(column[at]))),
  ];
  const unfilled = (_: unknown, row: number): boolean => filled[row] === 0;
  return {
    kind: 'hazard',
    horizon,
    fill: learner.fit(design, Float64Array.from(filled)),
    cancel: learner.fit(
      design.map((column) => column.filter(unfilled)),
      Float64Array.from(cancelled.filter(unfilled)),
    ),
  };
}

/**
 * @param values - features of one order, shape [columns].
 * @returns what becomes of it by the end of each period, shapes [horizon].
 */
export function orderCourse<Model>(
  model: HazardModel<Model>,
  values: ArrayLike<number>,
  learner: Learner<Model>,
): OrderCourse {
  const row = new Float64Array(model.horizon - 1 + values.length);
  row.set(Array.from(values), model.horizon - 1);
  const fill = new Float64Array(model.horizon);
  const cancel = new Float64Array(model.horizon);
  for (let k = 0; k < model.horizon; k += 1) {
    row.fill(0, 0, model.horizon - 1);
    if (k > 0) row[k - 1] = 1;
    const toFill = learner.probability(model.fill, row);
    fill[k] = toFill;
    cancel[k] = (1 - toFill) * learner.probability(model.cancel, row);
  }
  return cumulativeIncidence(fill, cancel);
}
