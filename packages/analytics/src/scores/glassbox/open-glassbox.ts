import type { LogOddsModel } from '../models/log-odds-model.js';
import type { GlassboxBody } from './fit-glassbox.js';

/** A glass-box model ready to score: sums of what is looked up in its table. */
export function openGlassbox({ intercept, shapes, pairs, members }: GlassboxBody): LogOddsModel {
  const singles = shapes.map(({ values }) => Float64Array.from(values));
  const singleErrors = shapes.map(({ errors }) => Float64Array.from(errors));
  const grids = pairs.map(({ a, b, values, errors }) => ({
    a: a.feature,
    b: b.feature,
    ofA: Int32Array.from(a.positionOf, (position) => position * b.width),
    ofB: Int32Array.from(b.positionOf),
    values: Float64Array.from(values),
    errors: Float64Array.from(errors),
  }));
  type Cross = (typeof grids)[number];
  // Codes come from the model's own bins, so every look-up is within its table.
  const cellOf = ({ a, b, ofA, ofB }: Cross, codes: Uint8Array): number =>
    (ofA[codes[a] as number] as number) + (ofB[codes[b] as number] as number);

  return {
    logOdds(codes) {
      let sum = intercept;
      for (let at = 0; at < singles.length; at += 1)
        sum += (singles[at] as Float64Array)[codes[at] as number] as number;
      for (const grid of grids) sum += grid.values[cellOf(grid, codes)] as number;
      return sum;
    },
    standardError(codes) {
      let squares = 0;
      for (const [at, errors] of singleErrors.entries()) squares += (errors[codes[at] as number] as number) ** 2;
      for (const grid of grids) squares += (grid.errors[cellOf(grid, codes)] as number) ** 2;
      return Math.sqrt(squares);
    },
    degreesOfFreedom: members && members - 1,
    contributions(codes) {
      const sums = Float64Array.from(singles, (values, at) => values[codes[at] as number] as number);
      for (const grid of grids) {
        // What two features say together belongs to both in equal parts.
        const half = (grid.values[cellOf(grid, codes)] as number) / 2;
        sums[grid.a] = (sums[grid.a] as number) + half;
        sums[grid.b] = (sums[grid.b] as number) + half;
      }
      return sums;
    },
  };
}
