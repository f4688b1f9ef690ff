/** How well probabilities fit what happened. */
export interface ScoreFigures {
  /** Area under the ROC curve; ties count half. */
  readonly auc: number;
  /** Nats a row. */
  readonly logLoss: number;
  readonly brier: number;
  /** Expected calibration error, ten bins of equal mass. */
  readonly ece: number;
  /** Largest distance between the score distributions of both outcomes (Kolmogorov-Smirnov). */
  readonly ks: number;
  /** Share of positives in the best-scored tenth, over their share in all. */
  readonly lift10: number;
}

const ECE_BINS = 10;
/** A probability of 0 or 1 is held this far away from it, so that one row alone cannot make the loss infinite. */
const LEAST_PROBABILITY = 1e-15;

/**
 * @param probabilities - of the positive outcome, shape [rows].
 * @param labels - zeros and ones, both present.
 */
export function measureScores(probabilities: Float64Array, labels: Uint8Array): ScoreFigures {
  const order = Int32Array.from(labels.keys()).sort((a, b) => at(probabilities, a) - at(probabilities, b) || a - b);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let [logLoss, brier] = [0, 0];
  for (const [row, probability] of probabilities.entries()) {
    const held = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability));
    logLoss -= Math.log(labels[row] ? held : 1 - held);
    brier += (probability - at(labels, row)) ** 2;
  }
  return {
    ...ranked(probabilities, labels, order, positives),
    logLoss: logLoss / labels.length,
    brier: brier / labels.length,
    ece: calibrationError(probabilities, labels, order),
    lift10: liftOfTop(labels, order, positives),
  };
}

function at(values: Float64Array | Uint8Array, index: number): number {
  return values[index] as number; // indices are rows
}

function ranked(
  probabilities: Float64Array,
  labels: Uint8Array,
  order: Int32Array,
  positives: number,
): { auc: number; ks: number } {
  const negatives = labels.length - positives;
  let [right, ks, seenPositives, seenNegatives] = [0, 0, 0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    const score = at(probabilities, order[start] as number); // in range
    let tied = 0;
    for (; end < order.length && at(probabilities, order[end] as number) === score; end += 1) {
      tied += at(labels, order[end] as number);
    }
    const others = end - start - tied;
    right += tied * (seenNegatives + others / 2);
    seenPositives += tied;
    seenNegatives += others;
    ks = Math.max(ks, Math.abs(seenNegatives / negatives - seenPositives / positives));
  }
  return { auc: right / (positives * negatives), ks };
}

function calibrationError(probabilities: Float64Array, labels: Uint8Array, order: Int32Array): number {
  let error = 0;
  for (let bin = 0; bin < ECE_BINS; bin += 1) {
    const rows = order.subarray((bin * order.length) / ECE_BINS, ((bin + 1) * order.length) / ECE_BINS);
    error += Math.abs(rows.reduce((sum, row) => sum + at(probabilities, row) - at(labels, row), 0));
  }
  return error / labels.length;
}

function liftOfTop(labels: Uint8Array, order: Int32Array, positives: number): number {
  const top = order.subarray(order.length - Math.max(1, Math.round(order.length / 10)));
  const found = top.reduce((sum, row) => sum + at(labels, row), 0);
  return found / top.length / (positives / labels.length);
}
