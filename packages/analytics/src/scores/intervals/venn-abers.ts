import { type ScoreTally, tallyScores } from '../evaluation/tally-scores.js';

/** Two probabilities of one row: one of them is calibrated, whatever the model. Plain JSON. */
export interface VennAbers {
  readonly kind: 'venn-abers';
  /** Distinct calibration scores, ascending; shape [scores]. */
  readonly scores: readonly number[];
  /** Isotonic value at each score if the row asked about were a 0 there; shape [scores], rising. */
  readonly ifNegative: readonly number[];
  /** The same for a 1. */
  readonly ifPositive: readonly number[];
}

export interface ProbabilityInterval {
  readonly low: number;
  readonly high: number;
  /** Of both, the one that loses least in the worst case (log-loss): high / (1 - low + high). */
  readonly probability: number;
}

type Point = readonly [rows: number, positives: number];

/**
 * Inductive Venn-Abers predictor, prepared in O(n log n): the isotonic curve is found once for all places where a further row
 * could fall, on the diagram of cumulated outcomes.
 *
 * @param scores - of rows the model did not learn from, in 0..1; shape [rows].
 * @param labels - zeros and ones, shape [rows].
 * @throws {RangeError} as `evaluateScores` does.
 * @see V. Vovk, I. Petej, V. Fedorova, NIPS 2015, "Large-scale probabilistic predictors with and without guarantees of validity".
 */
export function fitVennAbers(scores: ArrayLike<number>, labels: ArrayLike<number>): VennAbers {
  const tally = tallyScores(scores, labels);
  // A 0 among the rows is a 1 among the mirrored ones: outcomes swapped, order reversed.
  const mirrored = { positives: tally.negatives.toReversed(), negatives: tally.positives.toReversed() };
  return {
    kind: 'venn-abers',
    scores: Array.from(tally.probabilities),
    ifNegative: valuesIfPositive(mirrored)
      .map((value) => 1 - value)
      .reverse(),
    ifPositive: valuesIfPositive(tally),
  };
}

/** O(log n). A row between two scores, were it a 1, counts as at the upper one, were it a 0, as at the lower. */
export function vennAbersInterval(fitted: VennAbers, score: number): ProbabilityInterval {
  const above = firstNotBelow(fitted.scores, score);
  const below = fitted.scores[above] === score ? above : above - 1;
  const [low, high] = [fitted.ifNegative[below] ?? 0, fitted.ifPositive[above] ?? 1];
  return { low, high, probability: high / (1 - low + high) };
}

function firstNotBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value)
      low = middle + 1; // in range
    else high = middle;
  }
  return low;
}

/**
 * The lower hull of the cumulated diagram with one more positive, first in front of all groups, then moved behind one group
 * after the other; the slope at its left end is the value asked for. Each point is pushed and popped once: O(groups).
 */
function valuesIfPositive({ positives, negatives }: Pick<ScoreTally, 'positives' | 'negatives'>): number[] {
  const diagram: Point[] = [[0, 0]];
  for (let group = 0; group < positives.length; group += 1) {
    const [rows, hits] = diagram[group] as Point; // pushed in the turn before
    const added = positives[group] as number;
    diagram.push([rows + added + (negatives[group] as number), hits + added]);
  }
  const hull: Point[] = []; // the left end is the last element
  for (const point of diagram.toReversed()) pushLeft(hull, point);
  pushLeft(hull, [-1, -1]);
  const values: number[] = [];
  for (let group = 0; group < positives.length; group += 1) {
    const [end, next] = [hull.at(-1) as Point, hull.at(-2) as Point]; // the last group's point stays until the end
    values.push((next[1] - end[1]) / (next[0] - end[0]));
    const [rows, hits] = diagram[group + 1] as Point;
    const moved: Point = [rows - 1, hits - 1];
    if (turn(end, moved, next) <= 0) continue; // on or above the line: the left end stays
    hull.pop();
    pushLeft(hull, moved);
  }
  return values;
}

/** Adds a point to the left of a lower hull, and takes out what no longer lies on it. */
function pushLeft(hull: Point[], point: Point): void {
  while (hull.length > 1 && turn(point, hull.at(-1) as Point, hull.at(-2) as Point) <= 0) hull.pop(); // two at least
  hull.push(point);
}

/** Above 0 when b lies below the line from a to c: a turn to the left. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
}
