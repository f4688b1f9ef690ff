/**
 * How far off a model was on rows it did not learn from, as the threshold that holds at a level. Plain JSON. The promise: a new
 * row from the same world is inside with at least that probability, whatever the model; per category when categories are given
 * (Mondrian).
 */
export interface Conformal {
  readonly kind: 'conformal';
  readonly level: number;
  /** By category; null where the rows are too few to vouch for any: there everything is possible. */
  readonly thresholds: Readonly<Record<string, number | null>>;
}

const ALL = 'all';

/**
 * @param strangeness - distance of each calibration row from what the model said, larger is stranger; shape [rows].
 * @param level - wanted coverage, in (0, 1).
 * @param categories - of each row, shape [rows]; one for all unless given.
 * @throws {RangeError} when the shapes differ, a distance is not a number, or the level lies elsewhere.
 * @see V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World (2005), 4.5 (Mondrian).
 */
export function fitConformal(
  strangeness: ArrayLike<number>,
  level: number,
  categories?: ArrayLike<string | number>,
): Conformal {
  if (!(level > 0 && level < 1)) throw new RangeError(`the level lies between 0 and 1, got ${level}`);
  if (categories && categories.length !== strangeness.length) {
    throw new RangeError(`${categories.length} categories for ${strangeness.length} rows`);
  }
  const byCategory = new Map<string, number[]>();
  for (let row = 0; row < strangeness.length; row += 1) {
    const value = Number(strangeness[row]);
    if (Number.isNaN(value)) throw new RangeError(`the distance of row ${row} is not a number`);
    const category = String(categories?.[row] ?? ALL);
    const known = byCategory.get(category);
    if (known) known.push(value);
    else byCategory.set(category, [value]);
  }
  const thresholds = [...byCategory].map(([category, values]) => [category, thresholdOf(values, level)] as const);
  return { kind: 'conformal', level, thresholds: Object.fromEntries(thresholds) };
}

/** @returns null where nothing can be ruled out: too few rows, or a category never seen. */
export function conformalThreshold(fitted: Conformal, category: string | number = ALL): number | null {
  return Object.hasOwn(fitted.thresholds, category) ? (fitted.thresholds[category] ?? null) : null;
}

/** The ceil((n + 1) level)-th smallest: a new row is as likely to fall into each of the n + 1 places. */
function thresholdOf(values: readonly number[], level: number): number | null {
  // 1e-9: (n + 1) level of 19 rows at .95 is 19 by arithmetic, and must not become 20 by rounding.
  const rank = Math.ceil((values.length + 1) * level - 1e-9);
  return Float64Array.from(values).sort()[rank - 1] ?? null;
}
