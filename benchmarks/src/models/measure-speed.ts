import { performance } from 'node:perf_hooks';
import { type Cell, type Model, type ModelKind, openModel, type Table, trainModel } from '@tidemark/analytics/scores';
import { quantile } from '../quantile.js';

const ROWS = 150_000;
const COLUMNS = 10;
const WARM_UP_CALLS = 20_000;
const TIMED_CALLS = 50_000;

interface TimedTraining {
  readonly seconds: number;
  /** Of processors: tells a busy machine from slow code. */
  readonly cpuSeconds: number;
  readonly model: Model;
  readonly table: Table;
}

/** Trains on 150,000 rows of ten columns: eight of numbers, two of categories, with a success that depends on six. */
export function measureTraining(kind: ModelKind): TimedTraining {
  const table = makeTable();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const { model } = trainModel(table, { target: 'y', kind });
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1_000, cpuSeconds: (user + system) / 1_000_000, model, table };
}

/** Time to score one row given as cells, 99 of 100 calls; microseconds. */
export function measureScoring(model: Model, table: Table): number {
  const scorer = openModel(model);
  const rows = Array.from({ length: 1_000 }, (_, row) => scorer.columns.map((name) => cellOf(table, name, row)));
  const call = (at: number): number => scorer.probability(rows[at % rows.length] ?? []);
  for (let at = 0; at < WARM_UP_CALLS; at += 1) call(at);
  const micros = new Float64Array(TIMED_CALLS);
  for (let at = 0; at < TIMED_CALLS; at += 1) {
    const started = performance.now();
    call(at);
    micros[at] = (performance.now() - started) * 1_000;
  }
  return quantile([...micros], 0.99);
}

function cellOf(table: Table, name: string, row: number): Cell {
  const column = table.columns.find((one) => one.name === name);
  if (column?.kind === 'numeric') return column.values[row];
  return column?.categories[column.codes[row] ?? -1];
}

/** A linear congruential generator is random enough to be learnt from. */
function makeTable(): Table {
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const numbers = Array.from({ length: COLUMNS - 2 }, () =>
    Float64Array.from({ length: ROWS }, () => random() * 4 - 2),
  );
  const categories = Array.from({ length: 12 }, (_, at) => `c${at}`);
  const codes = Array.from({ length: 2 }, () => Int32Array.from({ length: ROWS }, () => Math.floor(random() * 12)));
  const at = (column: number, row: number): number => numbers[column]?.[row] ?? 0;
  const y = Float64Array.from({ length: ROWS }, (_, row) => {
    const crossed = at(2, row) * at(3, row);
    const group = (codes[0]?.[row] ?? 0) % 3 === 0 ? 0.8 : -0.4;
    const logOdds = at(0, row) - Math.abs(at(1, row)) + crossed / 2 + Math.sin(2 * at(4, row)) + group - 1;
    return random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  return {
    rowCount: ROWS,
    columns: [
      ...numbers.map((values, column) => ({ kind: 'numeric' as const, name: `n${column}`, values })),
      ...codes.map((own, column) => ({ kind: 'category' as const, name: `k${column}`, codes: own, categories })),
      { kind: 'numeric', name: 'y', values: y },
    ],
  };
}
