import { tallyScores } from '../evaluation/tally-scores.js';

/** A rising curve: `values[i]` at `probabilities[i]`, straight in between, level outside. */
export interface IsotonicCalibration {
  readonly kind: 'isotonic';
  /** Ascending; the first and last of each level stretch. */
  readonly probabilities: readonly number[];
  readonly values: readonly number[];
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly positives: number;
  readonly rows: number;
}

/**
 * The rising curve nearest to the labels (least squares), by pooling adjacent violators, O(n log n). Its ends are held inside
 * 1/(n + 2) and 1 - 1/(n + 2): n rows cannot vouch for more (Laplace).
 *
 * @throws {RangeError} as `evaluateScores` does.
 * @see M. Ayer et al., Annals of Mathematical Statistics 26 (1955) 641-647; B. Zadrozny, C. Elkan, KDD 2002.
 */
export function fitIsotonic(probabilities: ArrayLike<number>, labels: ArrayLike<number>): IsotonicCalibration {
  const blocks = poolViolators(probabilities, labels);
  const least = 1 / (labels.length + 2);
  const points = blocks.flatMap(({ from, to, positives, rows }) => {
    const value = Math.min(1 - least, Math.max(least, positives / rows));
    return from === to
      ? [{ at: from, value }]
      : [
          { at: from, value },
          { at: to, value },
        ];
  });
  return { kind: 'isotonic', probabilities: points.map(({ at }) => at), values: points.map(({ value }) => value) };
}

/** @returns the value of the curve at a probability, by binary search. */
export function isotonicValue({ probabilities, values }: IsotonicCalibration, probability: number): number {
  let [low, high] = [0, probabilities.length - 1];
  const value = (place: number): number => values[place] as number; // low and high stay in range
  const place = (index: number): number => probabilities[index] as number;
  if (probability <= place(low)) return value(low);
  if (probability >= place(high)) return value(high);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (place(middle) <= probability) low = middle;
    else high = middle;
  }
  const share = (probability - place(low)) / (place(high) - place(low)); // first of all: of the least numbers no product is exact
  return value(low) + (value(high) - value(low)) * share;
}

function poolViolators(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Block[] {
  const tally = tallyScores(probabilities, labels);
  const blocks: Block[] = [];
  for (const [group, probability] of tally.probabilities.entries()) {
    const positives = tally.positives[group] as number; // one for each group
    let block: Block = {
      from: probability,
      to: probability,
      positives,
      rows: positives + (tally.negatives[group] ?? 0),
    };
    for (
      let last = blocks.at(-1);
      last && last.positives * block.rows >= block.positives * last.rows;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = { ...last, to: block.to, positives: last.positives + block.positives, rows: last.rows + block.rows };
    }
    blocks.push(block);
  }
  return blocks;
}
