import { seededRandom } from '../../stats/seeded-random.js';

export interface BootstrapOptions {
  /** The same seed draws the same resamples, on every machine. */
  readonly seed: number;
  /** 1,000 unless given; at least 100. */
  readonly resamples?: number;
  /** Of the intervals, .95 unless given. */
  readonly level?: number;
  /** Rows with the same number are drawn together (orders of one customer, rows of one day); shape [rows]. */
  readonly groups?: ArrayLike<number>;
}

const RESAMPLES = 1000;
const LEVEL = 0.95;
/** With fewer, the 2.5 % tail is two values wide. */
const FEWEST_RESAMPLES = 100;

/**
 * Draws rows with replacement and hands over how often each was taken. Nothing is copied: the array is used again.
 *
 * @param visit - called once a resample with counts of shape [rows].
 * @returns the level of the intervals.
 * @throws {RangeError} on fewer than 100 resamples, a level outside (0, 1), groups of another length.
 * @see B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993).
 */
export function resampleRows(rows: number, options: BootstrapOptions, visit: (counts: Float64Array) => void): number {
  const { seed, resamples = RESAMPLES, level = LEVEL, groups } = options;
  if (!(resamples >= FEWEST_RESAMPLES))
    throw new RangeError(`a bootstrap needs at least 100 resamples, got ${resamples}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`the level of an interval lies between 0 and 1, got ${level}`);
  if (groups && groups.length !== rows) throw new RangeError(`${groups.length} groups for ${rows} rows`);
  const unitOf = groups ? numberGroups(groups) : undefined;
  const units = unitOf ? unitOf.reduce((most, unit) => Math.max(most, unit), -1) + 1 : rows;
  const random = seededRandom(seed);
  const taken = new Float64Array(units);
  const counts = unitOf ? new Float64Array(rows) : taken;
  for (let draw = 0; draw < resamples; draw += 1) {
    taken.fill(0);
    for (let pick = 0; pick < units; pick += 1) {
      const unit = Math.floor(random() * units);
      taken[unit] = (taken[unit] as number) + 1; // in range
    }
    if (unitOf) for (let row = 0; row < rows; row += 1) counts[row] = taken[unitOf[row] as number] as number;
    visit(counts);
  }
  return level;
}

function numberGroups(groups: ArrayLike<number>): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(groups, (group) => {
    const known = numbers.get(group) ?? numbers.size;
    numbers.set(group, known);
    return known;
  });
}
