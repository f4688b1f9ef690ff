import { plainCopy, type Saveable, type TableState } from './table-state.js';

/** What is remembered of each entity, of the latest ones only: memory is bounded whoever comes by. */
export interface EntityTable<T, Id extends string | number = string> extends Saveable<T, Id> {
  /** What is known of it, or a new one. */
  readonly of: (id: Id) => T;
  /** What is known of it, without keeping it longer for being asked. */
  readonly peek: (id: Id) => T | undefined;
  /** Entities forgotten so far. */
  readonly evicted: () => number;
}

/** All that are known. */
export function* allOf<T, Id extends string | number>({ entries }: Saveable<T, Id>): Generator<readonly [Id, T]> {
  yield* entries('old');
  yield* entries('young');
}

/** As many distinct entities as a busy minute has; some hundred bytes each. */
export const ENTITIES_MAX = 100_000;

/**
 * Two generations of half the size: who is heard of is young; when the young are full, the old are forgotten and the young are
 * old. At least the last half of all entities is known, at the price of one look-up for most events; a list in exact order
 * costs five times as much.
 *
 * @param make - a new record: plain data, sets or maps in it aside, that the detectors change in place.
 * @param max - entities known at most; at least 2.
 * @param saved - what was saved under the same name, perhaps by way of JSON; more than fit are forgotten and counted.
 * @param revive - makes a record of its plain data, where it has sets or maps.
 */
export function createEntityTable<T, Id extends string | number = string>(
  make: () => T,
  max: number = ENTITIES_MAX,
  saved?: TableState<unknown, string | number>,
  revive: (plain: unknown) => T = (plain) => plain as T, // of the same name, so of the same make
): EntityTable<T, Id> {
  const half = Math.max(1, Math.floor(max / 2));
  let evicted = saved?.evicted ?? 0;
  let old = generation(saved?.old);
  let young = generation(saved?.young);

  function generation(entries: TableState<unknown, string | number>['old'] = []): Map<Id, T> {
    const kept = plainCopy(entries).slice(Math.max(0, entries.length - half));
    evicted += entries.length - kept.length;
    return new Map(kept.map(([id, plain]) => [id as Id, revive(plain)])); // ids too are of the same make
  }
  function comeOfAge(id: Id): T {
    const record = old.get(id) ?? make();
    old.delete(id);
    if (young.size >= half) {
      evicted += old.size;
      old = young;
      young = new Map();
    }
    young.set(id, record);
    return record;
  }
  return {
    of: (id) => young.get(id) ?? comeOfAge(id),
    peek: (id) => young.get(id) ?? old.get(id),
    entries: (generation) => (generation === 'old' ? old : young),
    evicted: () => evicted,
  };
}
