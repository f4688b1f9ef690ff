/**
 * Rows counted by their probability: all that a measure needs to know. Rows that share a probability cannot be told
 * apart by the model, so no figure may depend on the order they happen to come in.
 */
export interface ScoreTally {
  /** Distinct, ascending; shape [groups]. */
  readonly probabilities: Float64Array;
  /** -ln of the probability given to either outcome, nats; counted once, since a bootstrap asks a thousand times. */
  readonly lossOfPositive: Float64Array;
  readonly lossOfNegative: Float64Array;
  /** Rows of each group that had the positive outcome; shape [groups]. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** A tally that remembers where each row went, so that resampled rows are counted without sorting again. */
export interface RankedScores extends ScoreTally {
  /** Index into the groups; shape [rows]. */
  readonly groupOf: Int32Array;
}

/** A probability is held this far from 0 and 1, so that one row alone cannot make the loss infinite (scikit-learn 1.2). */
const LEAST_PROBABILITY = 1e-15;

/**
 * O(n log n).
 *
 * @param probabilities - of the positive outcome, each in 0..1, shape [rows].
 * @param labels - zeros and ones, shape [rows].
 * @throws {RangeError} when there are no rows, the shapes differ, or a value is not a probability or a label.
 */
export function tallyScores(probabilities: ArrayLike<number>, labels: ArrayLike<number>): RankedScores {
  checkScores(probabilities, labels);
  const order = Int32Array.from({ length: probabilities.length }, (_, row) => row);
  order.sort((a, b) => Number(probabilities[a]) - Number(probabilities[b]) || a - b);
  const groupOf = new Int32Array(order.length);
  const distinct: number[] = [];
  for (const row of order) {
    const probability = Number(probabilities[row]);
    if (distinct.at(-1) !== probability) distinct.push(probability);
    groupOf[row] = distinct.length - 1;
  }
  const held = distinct.map((probability) => Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability)));
  return {
    ...countRows(groupOf, labels, distinct.length),
    probabilities: Float64Array.from(distinct),
    lossOfPositive: Float64Array.from(held, (probability) => -Math.log(probability)),
    lossOfNegative: Float64Array.from(held, (probability) => -Math.log1p(-probability)),
    groupOf,
  };
}

/**
 * The tally of a resample: row i taken `counts[i]` times.
 *
 * @param counts - shape [rows], whole numbers >= 0.
 */
export function tallyAgain(ranked: RankedScores, labels: ArrayLike<number>, counts: ArrayLike<number>): ScoreTally {
  return { ...ranked, ...countRows(ranked.groupOf, labels, ranked.probabilities.length, counts) };
}

/** @throws {RangeError} as `tallyScores` does. */
export function checkScores(probabilities: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (probabilities.length !== labels.length) {
    throw new RangeError(
      `${probabilities.length} probabilities for ${labels.length} labels: each row needs one of both`,
    );
  }
  if (labels.length === 0) throw new RangeError('there are no rows to measure');
  for (let row = 0; row < labels.length; row += 1) {
    const [probability, label] = [Number(probabilities[row]), labels[row]];
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`the probability of row ${row} is ${probability}: it must lie in 0..1`);
    }
    if (label !== 0 && label !== 1) throw new RangeError(`the label of row ${row} is ${label}: it must be 0 or 1`);
  }
}

function countRows(
  groupOf: Int32Array,
  labels: ArrayLike<number>,
  groups: number,
  counts?: ArrayLike<number>,
): { positives: Float64Array; negatives: Float64Array } {
  const positives = new Float64Array(groups);
  const negatives = new Float64Array(groups);
  for (let row = 0; row < groupOf.length; row += 1) {
    const group = groupOf[row] as number; // one for each row
    const side = labels[row] === 1 ? positives : negatives;
    side[group] = (side[group] as number) + (counts ? Number(counts[row]) : 1);
  }
  return { positives, negatives };
}

/** Rows of both outcomes. */
export function countOutcomes(tally: ScoreTally): { positives: number; negatives: number; rows: number } {
  let [positives, negatives] = [0, 0];
  for (let group = 0; group < tally.positives.length; group += 1) {
    positives += tally.positives[group] as number; // in range
    negatives += tally.negatives[group] as number;
  }
  return { positives, negatives, rows: positives + negatives };
}
