import { inputError } from './input-error.js';
import { type Column, findColumn, type Table } from './table.js';

/** Pairs of labels of which everyone knows which one is the positive. */
const KNOWN_POSITIVES = ['1', 'true', 'TRUE', 'True', 'yes', 'Yes', 'YES'];
const LABELS_NAMED = 10;

export interface Labels {
  /** 1 where the row has the positive label, else 0. */
  readonly labels: Uint8Array;
  readonly positive: string;
}

/**
 * The column to predict as zeros and ones.
 *
 * @param positive - the label that counts as success; may be left out for 0/1, true/false and yes/no.
 * @throws {InputError} when there is no such column or label, or a row has none.
 */
export function readLabels(table: Table, target: string, positive?: string): Labels {
  const column = findColumn(table, target);
  if (!column) {
    const names = table.columns.map(({ name }) => name).join(', ');
    throw inputError(`There is no column "${target}" to predict; there are: ${names}.`);
  }
  const texts = labelTexts(column, table.rowCount);
  const found = [...new Set(texts)];
  const label = positive ?? found.find((one) => found.length <= 2 && KNOWN_POSITIVES.includes(one));
  if (label === undefined || !found.includes(label)) {
    const named = found.slice(0, LABELS_NAMED).join(', ');
    const have = `column "${target}" holds ${named}${found.length > LABELS_NAMED ? ', ...' : ''}`;
    throw inputError(
      label === undefined
        ? `Say which label counts as success (--positive): ${have}.`
        : `No row has the positive label "${label}": ${have}.`,
    );
  }
  return { labels: Uint8Array.from(texts, (text) => (text === label ? 1 : 0)), positive: label };
}

function labelTexts(column: Column, rowCount: number): string[] {
  return Array.from({ length: rowCount }, (_, row) => {
    const text =
      column.kind === 'numeric' ? numberText(column.values[row]) : column.categories[column.codes[row] ?? -1];
    if (text === undefined) {
      throw inputError(
        `Row ${row + 1} has no value in the target "${column.name}": leave out rows whose outcome is unknown.`,
      );
    }
    return text;
  });
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : String(value);
}
