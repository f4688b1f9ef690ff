import { numberOf, textOf } from '../table/build-table.js';
import type { Cell, Column, Table } from '../table/table.js';
import { quantileEdges } from './quantile-edges.js';

/** Code 0 is "missing" in every feature; codes fit a byte. */
const MISSING_BIN = 0;
const MAX_BINS = 256;

/** Codes: 0 missing, then one for each special code, then the values between the edges in ascending order. */
export interface NumericBins {
  readonly kind: 'numeric';
  readonly name: string;
  readonly specials: readonly number[];
  readonly edges: readonly number[];
}

/** Codes: 0 missing, then one for each group. A category never seen has the code of `rare`, or that of "missing". */
export interface CategoryBins {
  readonly kind: 'category';
  readonly name: string;
  readonly groups: readonly (readonly string[])[];
  /** Index of the group that holds the rare categories; -1 when there is none. */
  readonly rare: number;
}

export type FeatureBins = NumericBins | CategoryBins;

export interface BinningOptions {
  /** Bins of numbers at most, special codes and "missing" besides. */
  readonly maxBins: number;
  /** Categories with fewer rows than this share a bin. */
  readonly leastCategoryRows: number;
  /** Numbers that are codes, not amounts: each has a bin of its own. */
  readonly specials: readonly number[];
}

export function fitFeatureBins(column: Column, options: BinningOptions): FeatureBins {
  return column.kind === 'numeric'
    ? fitNumericBins(column.name, column.values, options)
    : fitCategoryBins(column.name, column.codes, column.categories, options);
}

function fitNumericBins(name: string, values: Float64Array, { maxBins, specials }: BinningOptions): NumericBins {
  const found = specials.filter((special) => values.includes(special));
  const plain = found.length > 0 ? values.filter((value) => !found.includes(value)) : values;
  return {
    kind: 'numeric',
    name,
    specials: found,
    edges: quantileEdges(plain, Math.min(maxBins, MAX_BINS - 1 - found.length)),
  };
}

function fitCategoryBins(
  name: string,
  codes: Int32Array,
  categories: readonly string[],
  { leastCategoryRows }: BinningOptions,
): CategoryBins {
  const counts = new Int32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  const byCount = categories.map((category, code) => ({ category, count: counts[code] ?? 0 }));
  const seen = byCount
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const frequent = seen.filter(({ count }, at) => count >= leastCategoryRows && at < MAX_BINS - 2);
  const rest = seen.slice(frequent.length).map(({ category }) => category);
  const groups = frequent.map(({ category }) => [category]);
  return rest.length === 0
    ? { kind: 'category', name, groups, rare: -1 }
    : { kind: 'category', name, groups: [...groups, rest], rare: groups.length };
}

export function binCount(bins: FeatureBins): number {
  return bins.kind === 'numeric' ? bins.specials.length + bins.edges.length + 2 : bins.groups.length + 1;
}

/** The first code that stands for an amount: those below are "missing" and special codes. */
export function firstValueBin(bins: FeatureBins): number {
  return bins.kind === 'numeric' ? bins.specials.length + 1 : 1;
}

/** The code of a number; NaN is "missing". */
function codeOfNumber(bins: NumericBins, value: number): number {
  if (Number.isNaN(value)) return MISSING_BIN;
  const special = bins.specials.indexOf(value);
  if (special >= 0) return special + 1;
  let low = 0;
  let high = bins.edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bins.edges[middle] as number) <= value)
      low = middle + 1; // middle is in range
    else high = middle;
  }
  return bins.specials.length + 1 + low;
}

/** Gives the code of a cell; made once for a feature, since it builds an index of the categories. */
export function createCoder(bins: FeatureBins): (cell: Cell) => number {
  if (bins.kind === 'numeric') return (cell) => codeOfNumber(bins, numberOf(cell, bins.name, 0));
  const codeOf = categoryIndex(bins);
  return (cell) => {
    const text = textOf(cell);
    return text === undefined ? MISSING_BIN : (codeOf.get(text) ?? bins.rare + 1);
  };
}

/** The codes of a whole column, shape [rows]. */
export function codeColumn(bins: FeatureBins, column: Column): Uint8Array {
  if (bins.kind === 'numeric' && column.kind === 'numeric') {
    const { values } = column;
    const coded = new Uint8Array(values.length);
    for (let row = 0; row < values.length; row += 1) coded[row] = codeOfNumber(bins, values[row] as number); // in range
    return coded;
  }
  if (bins.kind === 'category' && column.kind === 'category') {
    const codeOf = categoryIndex(bins);
    const codes = column.categories.map((category) => codeOf.get(category) ?? bins.rare + 1);
    const coded = new Uint8Array(column.codes.length);
    for (let row = 0; row < coded.length; row += 1) coded[row] = codes[column.codes[row] as number] ?? MISSING_BIN; // -1 is missing
    return coded;
  }
  throw new RangeError(`column ${column.name} is ${column.kind}, its bins are ${bins.kind}`);
}

/** The codes of a table, a column for each feature, in the order of `features`. The table has been matched to them. */
export function codeTable(features: readonly FeatureBins[], table: Table): Uint8Array[] {
  return features.map((bins) => {
    const column = table.columns.find(({ name }) => name === bins.name);
    if (!column) throw new RangeError(`the table lacks column ${bins.name}`);
    return codeColumn(bins, column);
  });
}

function categoryIndex(bins: CategoryBins): Map<string, number> {
  return new Map(bins.groups.flatMap((group, at) => group.map((category) => [category, at + 1] as const)));
}

/** What a bin holds, for people: "30 to 45", "yes, no", "missing". */
export function describeBin(bins: FeatureBins, code: number): string {
  if (code === MISSING_BIN) return 'missing';
  if (bins.kind === 'category') {
    return code - 1 === bins.rare ? 'another, rarer one' : (bins.groups[code - 1] ?? []).join(' or ');
  }
  const { specials, edges } = bins;
  if (code <= specials.length) return `code ${specials[code - 1]}`;
  const at = code - specials.length - 1;
  const [low, high] = [edges[at - 1], edges[at]].map((edge) => (edge === undefined ? undefined : tidy(edge)));
  if (low === undefined) return high === undefined ? 'any value' : `below ${high}`;
  return high === undefined ? `${low} or more` : `${low} to ${high}`;
}

const SHOWN_DIGITS = 6;

function tidy(value: number): string {
  return String(Number(value.toPrecision(SHOWN_DIGITS)));
}
