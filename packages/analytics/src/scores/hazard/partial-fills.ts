import type { Learner } from './learner.js';

/** How much of an order is filled, in two parts. Plain JSON when the learner's models are. */
export interface PartialFillModel<Model> {
  readonly kind: 'partial-fills';
  /** P(fillRatio > 0). */
  readonly any: Model;
  /** P(fillRatio = 1 | > 0). */
  readonly full: Model;
  /** E[fillRatio | strictly between 0 and 1]. */
  readonly partial: Model;
}

export interface FillExpectation {
  readonly any: number;
  readonly fullGivenAny: number;
  readonly full: number;
  /** E[fillRatio]. */
  readonly fillRatio: number;
}

/**
 * Where no order of the rows was filled at all, the second part knows nothing and says 1/2 by its prior, times a first part near
 * 0.
 *
 * @param columns - shape [columns][orders], finite.
 * @param fillRatio - filled shares over asked, in 0..1; shape [orders].
 * @throws {RangeError} when the shapes differ or a ratio is none.
 * @see J. G. Cragg, Econometrica 39 (1971) 829-844 (two parts); Papke & Wooldridge 1996 (the ratio in between).
 */
export function fitPartialFills<Model>(
  columns: readonly ArrayLike<number>[],
  fillRatio: ArrayLike<number>,
  learner: Learner<Model>,
): PartialFillModel<Model> {
  const ratios = Float64Array.from(fillRatio);
  for (const [order, ratio] of ratios.entries()) {
    if (!(ratio >= 0 && ratio <= 1))
      throw new RangeError(`the fill ratio of order ${order} is ${ratio}: it must lie in 0..1`);
  }
  for (const [at, column] of columns.entries()) {
    if (column.length !== ratios.length)
      throw new RangeError(`column ${at} has ${column.length} values for ${ratios.length} orders`);
  }
  const fit = (counts: (ratio: number) => boolean, target: (ratio: number) => number): Model => {
    const kept = (_: unknown, order: number): boolean => counts(ratios[order] as number); // columns are as long
    return learner.fit(
      columns.map((column) => Float64Array.from(column).filter(kept)),
      ratios.filter(kept).map(target),
    );
  };
  return {
    kind: 'partial-fills',
    any: fit(
      () => true,
      (ratio) => (ratio > 0 ? 1 : 0),
    ),
    full: fit(
      (ratio) => ratio > 0,
      (ratio) => (ratio === 1 ? 1 : 0),
    ),
    partial: fit(
      (ratio) => ratio > 0 && ratio < 1,
      (ratio) => ratio,
    ),
  };
}

/** @param values - features of one order, shape [columns]. */
export function expectFill<Model>(
  model: PartialFillModel<Model>,
  values: ArrayLike<number>,
  learner: Learner<Model>,
): FillExpectation {
  const any = learner.probability(model.any, values);
  const fullGivenAny = learner.probability(model.full, values);
  const partial = learner.probability(model.partial, values);
  return {
    any,
    fullGivenAny,
    full: any * fullGivenAny,
    fillRatio: any * (fullGivenAny + (1 - fullGivenAny) * partial),
  };
}
