import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTable, parseCsv, type Table } from '@tidemark/analytics/scores';
import { UsageError } from '../usage-error.js';

/** A table that models are measured on. */
export interface DataSet {
  readonly name: 'bank' | 'shoppers' | 'shoppersNoPageValues';
  readonly file: string;
  readonly separator: string;
  readonly target: string;
  readonly positive: string;
  /** Left out of every model. */
  readonly drop: readonly string[];
}

/**
 * `duration` of a call is known only after it; `PageValues` encodes past purchases, so the shoppers are measured with and
 * without it.
 */
export const DATA_SETS: readonly DataSet[] = [
  dataSet('bank', 'bank-marketing/train.csv', 'y', 'yes', ['duration']),
  dataSet('shoppers', 'online-shoppers/train.csv', 'Revenue', 'TRUE', []),
  dataSet('shoppersNoPageValues', 'online-shoppers/train.csv', 'Revenue', 'TRUE', ['PageValues']),
];

const SHARED_DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

function dataSet(name: DataSet['name'], file: string, target: string, positive: string, drop: string[]): DataSet {
  return { name, file, separator: ';', target, positive, drop };
}

/** Where the file of a data set lies. @throws {UsageError} when it is not there. */
export function fileOf({ file }: DataSet): string {
  const path = join(process.env.TIDEMARK_TEST_DATA ?? SHARED_DATA, file);
  if (existsSync(path)) return path;
  throw new UsageError(`There is no ${file}: set TIDEMARK_TEST_DATA to the folder that holds it.`);
}

export function readDataSet(set: DataSet): Table {
  return buildTable(parseCsv(readFileSync(fileOf(set), 'utf8'), set.separator));
}
