import { ENTITIES_MAX } from './entity-table.js';
import { createNumberRows } from './number-rows.js';
import { plainCopy, type Saveable, type TableState } from './table-state.js';

/**
 * What is remembered of each entity of one kind, laid flat: a row of numbers, which every event touches, and an object beside it
 * for what few entities have. The latest ones only, as in {@link createEntityTable}.
 */
export interface EntityRows<Extra> extends Saveable<unknown, string> {
  /** Where its numbers begin, the first its birth number; a new row if it is not known. */
  readonly of: (id: string) => number;
  /** The same without keeping it longer for being asked. */
  readonly peek: (id: string) => number | undefined;
  /** Of all; another array after any `of`. */
  readonly numbers: () => Float64Array;
  /** What lies beside the row at `at`; made when first asked for. */
  readonly extraOf: (at: number) => Extra;
}

/** How a row is made, forgotten, and put into plain data and back. */
export interface RowForm<Extra> {
  /** Values of a new row, without the birth number. */
  readonly first: readonly number[];
  readonly newExtra: () => Extra;
  readonly forget: (numbers: Float64Array, at: number) => void;
  readonly save: (numbers: Float64Array, at: number, extra: Extra | undefined) => unknown;
  /** @param extraOf - of the row at `at`. */
  readonly load: (plain: unknown, numbers: Float64Array, at: number, extraOf: () => Extra) => void;
}

/** @param saved - what was saved under the same name, perhaps by way of JSON; more than fit are forgotten and counted. */
export function createEntityRows<Extra>(
  form: RowForm<Extra>,
  max: number = ENTITIES_MAX,
  saved?: TableState<unknown, string | number>,
): EntityRows<Extra> {
  const half = Math.max(1, Math.floor(max / 2));
  const width = 1 + form.first.length;
  const rows = createNumberRows([0, ...form.first]);
  const extras: (Extra | undefined)[] = [];
  let born = 0;
  let evicted = saved?.evicted ?? 0;
  let old = generation(saved?.old);
  let young = generation(saved?.young);

  function generation(entries: TableState<unknown, string | number>['old'] = []): Map<string, number> {
    const kept = plainCopy(entries).slice(Math.max(0, entries.length - half));
    evicted += entries.length - kept.length;
    return new Map(kept.map(([id, plain]) => [String(id), load(plain)]));
  }
  function load(plain: unknown): number {
    const at = take();
    form.load(plain, rows.numbers(), at, () => extraOf(at));
    return at;
  }
  function take(): number {
    const at = rows.take();
    rows.numbers()[at] = ++born;
    if (at / width === extras.length) extras.push(undefined); // no holes: they would make it a dictionary
    return at;
  }
  function extraOf(at: number): Extra {
    const place = at / width;
    let extra = extras[place];
    if (extra === undefined) {
      extra = form.newExtra();
      extras[place] = extra;
    }
    return extra;
  }
  function forget(at: number): void {
    form.forget(rows.numbers(), at);
    extras[at / width] = undefined;
    rows.drop(at);
  }
  function comeOfAge(id: string): number {
    const at = old.get(id) ?? take();
    old.delete(id);
    if (young.size >= half) {
      evicted += old.size;
      for (const one of old.values()) forget(one);
      old = young;
      young = new Map();
    }
    young.set(id, at);
    return at;
  }
  function* plainOf(generation: ReadonlyMap<string, number>): Generator<[string, unknown]> {
    for (const [id, at] of generation) yield [id, form.save(rows.numbers(), at, extras[at / width])];
  }
  return {
    of: (id) => young.get(id) ?? comeOfAge(id),
    peek: (id) => young.get(id) ?? old.get(id),
    numbers: rows.numbers,
    extraOf,
    entries: (generation) => plainOf(generation === 'old' ? old : young),
    evicted: () => evicted,
  };
}
