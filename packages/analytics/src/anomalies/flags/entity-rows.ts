import { ENTITIES_MAX } from './entity-table.js';
import { createIdIndex } from './id-index.js';
import { createNumberRows } from './number-rows.js';
import { plainCopy, type Saveable, type TableState } from './table-state.js';

/** A row begins with its birth number, which no other has, and the generation in which it was last heard of. */
export const ROW_HEAD: readonly number[] = [0, 0];
const GENERATION = 1;

/**
 * What is remembered of each entity of one kind, laid flat: a row of numbers, which every event touches, and an object beside it
 * for what few entities have. The latest ones only, as in {@link createEntityTable}.
 */
export interface EntityRows<Extra> extends Saveable<unknown, string> {
  /** Where its row begins, with {@link ROW_HEAD}; a new one if it is not known. */
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
  /** Values of a new row behind its head. */
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
  const width = ROW_HEAD.length + form.first.length;
  const rows = createNumberRows([...ROW_HEAD, ...form.first]);
  const index = createIdIndex(Math.floor(Math.random() * 2 ** 32));
  const extras: (Extra | undefined)[] = [];
  let born = 0;
  let evicted = saved?.evicted ?? 0;
  let generation = 0;
  /** Rows in the order in which they came; of the old ones, some have become young since. */
  let old = load(saved?.old);
  generation++;
  let young = load(saved?.young);

  function load(entries: TableState<unknown, string | number>['old'] = []): number[] {
    const kept = plainCopy(entries).slice(Math.max(0, entries.length - half));
    evicted += entries.length - kept.length;
    return kept.map(([id, plain]) => {
      const at = take(String(id));
      form.load(plain, rows.numbers(), at, () => extraOf(at));
      return at;
    });
  }
  function take(id: string): number {
    const at = rows.take();
    const numbers = rows.numbers();
    numbers[at] = ++born;
    numbers[at + GENERATION] = generation;
    if (at / width === extras.length) extras.push(undefined); // no holes: they would make it a dictionary
    index.add(id, at / width);
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
  function isYoung(at: number): boolean {
    return rows.numbers()[at + GENERATION] === generation;
  }
  function forget(at: number): void {
    form.forget(rows.numbers(), at);
    extras[at / width] = undefined;
    rows.drop(at);
  }
  function comeOfAge(at: number): void {
    rows.numbers()[at + GENERATION] = generation;
    if (young.length >= half) turnOver(at);
    young.push(at);
  }
  function turnOver(first: number): void {
    const gone = stillOld();
    gone.forEach(forget);
    evicted += gone.length;
    old = young;
    young = [];
    generation++;
    rows.numbers()[first + GENERATION] = generation;
    index.keep([...old, first].map((at) => at / width));
  }
  function stillOld(): readonly number[] {
    return old.filter((at) => !isYoung(at));
  }
  function* plainOf(list: readonly number[]): Generator<[string, unknown]> {
    for (const at of list) yield [index.idOf(at / width), form.save(rows.numbers(), at, extras[at / width])];
  }
  return {
    of: (id) => {
      const known = index.find(id);
      const at = known < 0 ? take(id) : known * width;
      if (known < 0 || !isYoung(at)) comeOfAge(at);
      return at;
    },
    peek: (id) => {
      const known = index.find(id);
      return known < 0 ? undefined : known * width;
    },
    numbers: rows.numbers,
    extraOf,
    entries: (which) => plainOf(which === 'old' ? stillOld() : young),
    evicted: () => evicted,
  };
}
