/** What has become of an order by the end of each period; the three add up to 1. Shapes [periods]. */
export interface OrderCourse {
  readonly filled: Float64Array;
  readonly cancelled: Float64Array;
  readonly open: Float64Array;
}

/**
 * Cumulative incidences of competing risks from the hazards of each period.
 *
 * @param fill - P(filled in period k | open before), shape [periods].
 * @param cancel - P(cancelled in period k | open before), shape [periods]; fill + cancel <= 1 in each.
 * @throws {RangeError} when the shapes differ or hazards are no probabilities.
 * @see J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data (2002), 8.2.
 */
export function cumulativeIncidence(fill: ArrayLike<number>, cancel: ArrayLike<number>): OrderCourse {
  if (fill.length !== cancel.length)
    throw new RangeError(`${fill.length} hazards of filling, ${cancel.length} of cancelling`);
  const periods = fill.length;
  const course = {
    filled: new Float64Array(periods),
    cancelled: new Float64Array(periods),
    open: new Float64Array(periods),
  };
  let [filled, cancelled, open] = [0, 0, 1];
  for (let k = 0; k < periods; k += 1) {
    const [toFill, toCancel] = [Number(fill[k]), Number(cancel[k])];
    // 1e-12: two hazards that add up to 1 may do so but for rounding.
    if (!(toFill >= 0 && toCancel >= 0 && toFill + toCancel <= 1 + 1e-12)) {
      throw new RangeError(`the hazards of period ${k + 1} are ${toFill} and ${toCancel}: from 0, together 1 at most`);
    }
    filled += open * toFill;
    cancelled += open * toCancel;
    open *= Math.max(0, 1 - toFill - toCancel);
    course.filled[k] = filled;
    course.cancelled[k] = cancelled;
    course.open[k] = open;
  }
  return course;
}
