import { buildTable } from '../table/build-table.js';
import { inputError } from '../table/input-error.js';
import type { RawTable, Table } from '../table/table.js';
import type { Model } from './model.js';

/**
 * Reads rows as the model's training rows were read: its columns only, each of its kind.
 *
 * @param also - further columns to keep, such as the target.
 * @throws {InputError} when columns are missing, or a number is none.
 */
export function readForModel(raw: RawTable, { columns }: Pick<Model, 'columns'>, also: readonly string[] = []): Table {
  const missing = columns.filter(({ name }) => !raw.names.includes(name)).map(({ name }) => name);
  if (missing.length > 0) {
    throw inputError(
      `The table lacks ${missing.length === 1 ? 'a column' : 'columns'} the model was trained on: ${missing.join(', ')}. It has: ${raw.names.join(', ')}.`,
    );
  }
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const table = buildTable(keepColumns(raw, [...kinds.keys(), ...also]), kinds);
  return table;
}

function keepColumns(raw: RawTable, names: readonly string[]): RawTable {
  const places = names.map((name) => raw.names.indexOf(name)).filter((place) => place >= 0);
  return {
    names: places.map((place) => raw.names[place] ?? ''),
    rows: raw.rows.map((row) => places.map((place) => row[place])),
  };
}
