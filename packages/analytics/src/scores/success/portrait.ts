import { countInBins, cutMassBins } from '../drift/mass-bins.js';
import { type PopulationStability, populationStability } from '../drift/population-stability.js';
import type { Scorer } from '../models/open-model.js';
import type { Cell } from '../table/table.js';

/** A model as people look at it: what each value adds, and how the rows it was trained on were spread. Plain JSON. */
export interface Portrait {
  readonly features: readonly FeaturePortrait[];
  /** Of the probabilities of rows that the parts which scored them had not seen. */
  readonly scores: { readonly edges: readonly number[]; readonly rows: readonly number[] };
}

export interface FeaturePortrait {
  readonly name: string;
  /** Where bins of numbers end; absent where the values are categories. */
  readonly edges?: readonly number[];
  /** Steps of the curve; of numbers rising, the last for what is missing. */
  readonly steps: readonly PortraitStep[];
}

export interface PortraitStep {
  /** Such as `2 to 5`, `P30`, `missing`. */
  readonly value: string;
  /** Training rows. */
  readonly rows: number;
  /** Mean points against the average row; null where no row of the sample lies. */
  readonly points: number | null;
}

/** Whether what is asked about now is spread as the training rows were. */
export interface StabilityLine {
  /** A column, or `probability`. */
  readonly name: string;
  /** Null where there is nothing to compare. */
  readonly stability: PopulationStability | null;
}

const STEPS = 12;
/** Means of points over so many rows are as good as over all, and cost a second. */
const SAMPLE = 1_000;
const MISSING = 'missing';
const OTHERS = 'others';

/**
 * @param rows - of training, shape [rows][scorer.columns].
 * @param heldOut - probabilities, shape [rows].
 */
export function drawPortrait(
  scorer: Pick<Scorer, 'columns' | 'contributions'>,
  rows: readonly (readonly Cell[])[],
  heldOut: ArrayLike<number>,
): Portrait {
  const every = Math.max(1, Math.floor(rows.length / SAMPLE));
  const sample = rows
    .filter((_, at) => at % every === 0)
    .map((cells) => ({ cells, points: scorer.contributions(cells) }));
  const { edges } = cutMassBins(heldOut);
  return {
    features: scorer.columns.map((name, at) => {
      const cells = rows.map((row) => row[at]);
      const spread = cells.some((cell) => typeof cell === 'string') ? ofCategories(cells) : ofNumbers(cells);
      const sums = spread.values.map(() => ({ points: 0, rows: 0 }));
      for (const one of sample) {
        const sum = sums[spread.binOf(one.cells[at])];
        if (!sum) continue;
        sum.points += one.points[at] ?? 0;
        sum.rows += 1;
      }
      const counts = countsOf(cells, spread);
      return {
        name,
        ...(spread.edges && { edges: spread.edges }),
        steps: spread.values.map((value, bin) => {
          const { points = 0, rows: seen = 0 } = sums[bin] ?? {};
          return { value, rows: counts[bin] ?? 0, points: seen > 0 ? points / seen : null };
        }),
      };
    }),
    scores: { edges, rows: countInBins({ edges }, heldOut) },
  };
}

/** @param rows - what was asked about since: cells by the names of the columns, and what was answered. */
export function stabilityOf(
  portrait: Portrait,
  rows: readonly { readonly known: Readonly<Record<string, Cell>>; readonly probability: number }[],
): readonly StabilityLine[] {
  const { edges, rows: then } = portrait.scores;
  const now = countInBins(
    { edges },
    rows.map(({ probability }) => probability),
  );
  return [
    { name: 'probability', stability: populationStability(then, now) },
    ...portrait.features.map((feature) => {
      const spread = feature.edges ? numbersBy(feature.edges) : categoriesBy(feature.steps.map(({ value }) => value));
      const counts = countsOf(
        rows.map(({ known }) => known[feature.name]),
        spread,
      );
      const stability = populationStability(
        feature.steps.map((step) => step.rows),
        counts,
      );
      return { name: feature.name, stability };
    }),
  ];
}

interface Spread {
  readonly edges?: readonly number[];
  readonly values: readonly string[];
  binOf(cell: Cell): number;
}

function ofNumbers(cells: readonly Cell[]): Spread {
  return numbersBy(cutMassBins(cells.map(numberOf), STEPS).edges);
}

function numbersBy(edges: readonly number[]): Spread {
  const shown = edges.map((edge) => String(Number(edge.toPrecision(3))));
  const [first, last] = [shown[0], shown.at(-1)];
  const values =
    first === undefined || last === undefined
      ? ['any']
      : [`up to ${first}`, ...shown.slice(1).map((edge, at) => `${shown[at]} to ${edge}`), `above ${last}`];
  return {
    edges,
    values: [...values, MISSING],
    binOf: (cell) => countInBins({ edges }, [numberOf(cell)]).indexOf(1),
  };
}

function ofCategories(cells: readonly Cell[]): Spread {
  const counts = new Map<string, number>();
  for (const cell of cells) if (typeof cell === 'string') counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, STEPS - 1);
  return categoriesBy([...frequent.map(([name]) => name), OTHERS, MISSING]);
}

function categoriesBy(values: readonly string[]): Spread {
  const places = new Map(values.slice(0, -2).map((value, at) => [value, at]));
  return {
    values,
    binOf: (cell) => (typeof cell === 'string' ? (places.get(cell) ?? values.length - 2) : values.length - 1),
  };
}

function countsOf(cells: readonly Cell[], spread: Spread): number[] {
  const counts = spread.values.map(() => 0);
  for (const cell of cells) {
    const bin = spread.binOf(cell);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function numberOf(cell: Cell): number {
  return typeof cell === 'number' ? cell : Number.NaN;
}
