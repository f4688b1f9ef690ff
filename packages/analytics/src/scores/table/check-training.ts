import { inputError } from './input-error.js';
import type { Column, Table } from './table.js';

/** Fewer rows than this, or of one outcome, and any model would be a memory of single rows. */
const LEAST_ROWS = 50;
const LEAST_OF_A_CLASS = 10;
/** From here on a column has so many categories that most are rare. */
const MANY_CATEGORIES = 250;

export interface CheckedColumns {
  readonly columns: readonly Column[];
  /** What was left out or is remarkable, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The columns a model can learn from.
 *
 * @param features - columns without the target.
 * @throws {InputError} when there are too few rows, one outcome only, or no column that varies.
 */
export function checkTraining(features: Table, labels: Uint8Array): CheckedColumns {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    throw inputError(
      labels.length === 0
        ? 'The table has no rows to learn from.'
        : `Every row has the same outcome: a model needs rows of both, ${LEAST_OF_A_CLASS} of each at least.`,
    );
  }
  if (labels.length < LEAST_ROWS || Math.min(positives, negatives) < LEAST_OF_A_CLASS) {
    throw inputError(
      `${labels.length} rows with ${positives} successes are too few to learn from: ${LEAST_ROWS} rows with ${LEAST_OF_A_CLASS} of each outcome are the least.`,
    );
  }
  const notes: string[] = [];
  const columns = features.columns.filter((column) => {
    const reason = whyUseless(column);
    if (reason) notes.push(`Column "${column.name}" is left out: ${reason}.`);
    else if (column.kind === 'category' && column.categories.length > MANY_CATEGORIES) {
      notes.push(`Column "${column.name}" has ${column.categories.length} categories: the rarest share one bin.`);
    }
    return !reason;
  });
  if (columns.length === 0) throw inputError(`No column is left to learn from. ${notes.join(' ')}`.trim());
  return { columns, notes };
}

function whyUseless(column: Column): string | undefined {
  const codes = column.kind === 'numeric' ? column.values : column.codes;
  const present = codes.find((code) => (column.kind === 'numeric' ? !Number.isNaN(code) : code >= 0));
  if (present === undefined) return 'it has no values';
  return codes.every((code) => code === present) ? 'it is the same in every row' : undefined;
}
