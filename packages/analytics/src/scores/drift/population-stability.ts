import { chiSquareCritical, chiSquareTail } from './chi-square.js';

/** How far a distribution moved away from the one a model was built on. */
export interface PopulationStability {
  /** Sum of (share now - share then) ln(share now / share then), over the bins. */
  readonly psi: number;
  /** What chance alone exceeds with probability `tail`, given how many rows both samples have. */
  readonly critical: number;
  /** How often chance alone moves it this far. */
  readonly pValue: number;
  /** psi > critical. */
  readonly moved: boolean;
  /** The habit of the trade, blind to the number of rows: below .1 stable, below .25 some shift, then major. */
  readonly habit: 'stable' | 'shift' | 'major';
}

const TAIL = 0.05;
/** Added to each count, so that an empty bin is not an infinite shift. */
const HALF_ROW = 0.5;

/**
 * Population stability index with its critical value: under no change PSI is about (1/n + 1/m) chi-square(bins - 1).
 *
 * @param then - rows of each bin when the model was built, shape [bins], >= 0.
 * @param now - the same bins today, shape [bins].
 * @param tail - .05 unless given.
 * @returns null when there are fewer than two bins with rows, or no rows on one side: nothing to compare.
 * @throws {RangeError} when the shapes differ or a count is negative or not finite.
 * @see B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", J. Risk Model Validation 14 (2020).
 */
export function populationStability(
  then: ArrayLike<number>,
  now: ArrayLike<number>,
  tail: number = TAIL,
): PopulationStability | null {
  if (then.length !== now.length)
    throw new RangeError(`${then.length} bins then, ${now.length} now: both need the same`);
  const bins = Array.from({ length: then.length }, (_, bin) => [Number(then[bin]), Number(now[bin])] as const);
  for (const [bin, counts] of bins.entries()) {
    if (!counts.every((count) => count >= 0 && Number.isFinite(count))) {
      throw new RangeError(`the counts of bin ${bin} are ${counts.join(' and ')}: they must be numbers from 0`);
    }
  }
  const used = bins.filter(([before, after]) => before + after > 0);
  const [rowsThen, rowsNow] = [sum(used.map(([before]) => before)), sum(used.map(([, after]) => after))];
  if (used.length < 2 || rowsThen === 0 || rowsNow === 0) return null;
  const padding = HALF_ROW * used.length;
  const psi = sum(
    used.map(([before, after]) => {
      const [shareThen, shareNow] = [
        (before + HALF_ROW) / (rowsThen + padding),
        (after + HALF_ROW) / (rowsNow + padding),
      ];
      return (shareNow - shareThen) * Math.log(shareNow / shareThen);
    }),
  );
  const scale = 1 / rowsThen + 1 / rowsNow;
  const critical = scale * chiSquareCritical(tail, used.length - 1);
  return {
    psi,
    critical,
    pValue: chiSquareTail(psi / scale, used.length - 1),
    moved: psi > critical,
    habit: psi < 0.1 ? 'stable' : psi < 0.25 ? 'shift' : 'major',
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
