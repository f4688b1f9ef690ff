import { fitLogistic, readLabels, type Table } from '@tidemark/analytics/scores';
import type { Learner } from './cross-validate.js';

/** As scikit-learn's LogisticRegression has it. */
const L2 = 1;
/** Categories with fewer rows have no column of their own. */
const LEAST_ROWS = 10;

/** The baseline: numbers standardised, missing ones at their mean, a column of zeros and ones for each category. */
export const learnLogistic: Learner = (train, test, { target, positive, drop }) => {
  const left = [target, ...drop];
  const encoders = train.columns
    .filter(({ name }) => !left.includes(name))
    .map((column) => encoderOf(train, column.name));
  const encode = (table: Table): Float64Array[] => encoders.flatMap((encoder) => encoder(table));
  const { intercept, coefficients } = fitLogistic(encode(train), readLabels(train, target, positive).labels, L2);
  const columns = encode(test);
  return Float64Array.from({ length: test.rowCount }, (_, row) => {
    const logOdds = columns.reduce((sum, column, at) => sum + (coefficients[at] ?? 0) * (column[row] ?? 0), intercept);
    return 1 / (1 + Math.exp(-logOdds));
  });
};

type Encoder = (table: Table) => Float64Array[];

function encoderOf(train: Table, name: string): Encoder {
  const column = columnOf(train, name);
  if (column.kind === 'numeric') {
    const known = column.values.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    const spread =
      Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length)) || 1;
    return (table) => {
      const other = columnOf(table, name);
      if (other.kind !== 'numeric') throw new TypeError(`column ${name} is numeric in training alone`);
      return [other.values.map((value) => (Number.isNaN(value) ? 0 : (value - mean) / spread))];
    };
  }
  const counts = new Map<number, number>();
  for (const code of column.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const frequent = [...counts].filter(([code, count]) => code >= 0 && count >= LEAST_ROWS).map(([code]) => code);
  return (table) => {
    const other = columnOf(table, name); // both are rows of one table: their codes mean the same
    if (other.kind !== 'category') throw new TypeError(`column ${name} has categories in training alone`);
    return frequent.map((code) => Float64Array.from(other.codes, (one) => (one === code ? 1 : 0)));
  };
}

function columnOf(table: Table, name: string): Table['columns'][number] {
  const column = table.columns.find((one) => one.name === name);
  if (!column) throw new TypeError(`there is no column ${name}`);
  return column;
}
