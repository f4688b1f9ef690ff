import { centralInterval } from './bootstrap-evaluation.js';
import { type FigureComparison, twoSided, verdictOf } from './compare-models.js';
import { type BootstrapOptions, resampleRows } from './resample.js';
import { tallyScores } from './tally-scores.js';

/**
 * What `compareModels` says of the log-loss, in a fraction of its time: a mean needs no rows to be ranked, and tails far out need a
 * hundred thousand resamples.
 *
 * @throws {RangeError} as `evaluateScores` and `resampleRows` do.
 */
export function compareLogLoss(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: BootstrapOptions,
): FigureComparison {
  const [mine, other] = [lossesOf(first, labels), lossesOf(second, labels)];
  const more = mine.map((loss, row) => loss - (other[row] as number)); // of the same rows
  const drawn: number[] = [];
  const level = resampleRows(more.length, options, (counts) => {
    let [sum, rows] = [0, 0];
    for (let row = 0; row < more.length; row += 1) {
      const count = counts[row] as number;
      sum += count * (more[row] as number);
      rows += count;
    }
    drawn.push(sum / rows);
  });
  const difference = more.reduce((sum, one) => sum + one, 0) / more.length;
  const { low, high } = centralInterval(drawn, level);
  return { difference, low, high, pValue: twoSided(drawn), verdict: verdictOf('logLoss', low, high) };
}

function lossesOf(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  const { groupOf, lossOfPositive, lossOfNegative } = tallyScores(probabilities, labels);
  return Float64Array.from(groupOf, (group, row) => (labels[row] === 1 ? lossOfPositive : lossOfNegative)[group] ?? 0);
}
