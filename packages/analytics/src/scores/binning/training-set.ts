import { inputError } from '../table/input-error.js';
import type { Column } from '../table/table.js';
import { type BinningOptions, codeColumn, type FeatureBins, fitFeatureBins } from './feature-bins.js';

/** Whether the probability may only rise (1) or fall (-1) with a feature, or go as it likes (0). */
export type Direction = -1 | 0 | 1;

/** What the models learn from: a byte for each row and feature. */
export interface TrainingSet {
  readonly features: readonly FeatureBins[];
  /** Shape [features][rows]. */
  readonly codes: readonly Uint8Array[];
  readonly directions: readonly Direction[];
  /** Zeros and ones, shape [rows]. */
  readonly labels: Uint8Array;
}

/** @throws {InputError} when a direction is asked for of a column that is not there or has no order. */
export function buildTrainingSet(
  columns: readonly Column[],
  labels: Uint8Array,
  options: BinningOptions,
  monotone: Readonly<Record<string, Direction>> = {},
): TrainingSet {
  for (const name of Object.keys(monotone)) {
    const column = columns.find((one) => one.name === name);
    if (!column)
      throw inputError(
        `A direction is asked for column "${name}", which the model does not use: take it out of the list.`,
      );
    if (column.kind === 'category')
      throw inputError(
        `Column "${name}" has categories, which have no order to be monotone in: take it out of the list.`,
      );
  }
  const features = columns.map((column) => fitFeatureBins(column, options));
  const codes = columns.map((column, at) => codeColumn(features[at] as FeatureBins, column)); // one for each
  return { features, codes, directions: columns.map(({ name }) => monotone[name] ?? 0), labels };
}
