export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
  readonly converged: boolean;
}

/** Reflection, expansion, contraction, shrinkage: the values of the source. */
const [EXPAND, CONTRACT, SHRINK] = [2, 0.5, 0.5];
const FIRST_STEP = 0.5;

interface Vertex {
  readonly at: readonly number[];
  readonly value: number;
}

/**
 * Lowest point of a function without derivatives, from a starting point. What is not finite counts as worst.
 *
 * @param f - of a point, shape [d].
 * @param tolerance - ends when the simplex' values and corners lie within it of one another.
 * @see J. Nelder & R. Mead, "A simplex method for function minimization", Computer Journal 1965.
 */
export function minimise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  { tolerance = 1e-10, rounds = 2_000 }: { readonly tolerance?: number; readonly rounds?: number } = {},
): Minimum {
  const vertex = (at: readonly number[]): Vertex => {
    const value = f(at);
    return { at, value: Number.isFinite(value) ? value : Number.POSITIVE_INFINITY };
  };
  let simplex = [start, ...start.map((_, axis) => start.map((x, i) => (i === axis ? x + FIRST_STEP : x)))].map(vertex);
  for (let round = 0; round < rounds; round++) {
    simplex = simplex.toSorted((a, b) => a.value - b.value);
    if (isSmall(simplex, tolerance)) return { ...best(simplex), converged: true };
    simplex = step(simplex, vertex);
  }
  return { ...best(simplex.toSorted((a, b) => a.value - b.value)), converged: false };
}

function best(simplex: readonly Vertex[]): Vertex {
  return simplex[0] ?? { at: [], value: Number.POSITIVE_INFINITY };
}

function step(simplex: readonly Vertex[], vertex: (at: readonly number[]) => Vertex): Vertex[] {
  const lowest = best(simplex);
  const worst = simplex.at(-1) ?? lowest;
  const others = simplex.slice(0, -1);
  const centre = lowest.at.map((_, i) => others.reduce((total, { at }) => total + (at[i] ?? 0), 0) / others.length);
  const along = (factor: number): Vertex =>
    vertex(centre.map((middle, i) => middle + factor * (middle - (worst.at[i] ?? 0))));
  const reflected = along(1);
  if (reflected.value < lowest.value) {
    const expanded = along(EXPAND);
    return [...others, expanded.value < reflected.value ? expanded : reflected];
  }
  if (reflected.value < (others.at(-1)?.value ?? 0)) return [...others, reflected];
  const contracted = along(reflected.value < worst.value ? CONTRACT : -CONTRACT);
  if (contracted.value < Math.min(reflected.value, worst.value)) return [...others, contracted];
  return simplex.map((one) =>
    one === lowest ? one : vertex(lowest.at.map((x, i) => x + SHRINK * ((one.at[i] ?? 0) - x))),
  );
}

function isSmall(simplex: readonly Vertex[], tolerance: number): boolean {
  const { at, value } = best(simplex);
  return simplex.every(
    (one) =>
      one.value - value <= tolerance * (Math.abs(value) + tolerance) &&
      one.at.every((x, i) => Math.abs(x - (at[i] ?? 0)) <= 1e-7 * (1 + Math.abs(x))),
  );
}
