/** A table as plain data, those longest not heard of first. */
export interface TableState<T> {
  readonly evicted: number;
  readonly entries: readonly (readonly [string, T])[];
}

/** What is remembered of each entity, of the latest ones only: memory is bounded whoever comes by. */
export interface EntityTable<T> {
  /** What is known of it, or a new one. */
  readonly of: (id: string) => T;
  /** What is known of it, without keeping it longer for being asked. */
  readonly peek: (id: string) => T | undefined;
  /** A copy. */
  readonly save: () => TableState<T>;
  /** Entities forgotten so far. */
  readonly evicted: () => number;
}

/** As many distinct entities as a busy minute has; some hundred bytes each. */
const ENTITIES_MAX = 100_000;

/**
 * @param make - a new record: plain data that the detectors change in place.
 * @param saved - what `save` gave under the same name, perhaps by way of JSON; more than fit are forgotten and counted.
 */
export function createEntityTable<T>(
  make: () => T,
  max: number = ENTITIES_MAX,
  saved?: TableState<unknown>,
): EntityTable<T> {
  const before = (saved ? copyOf(saved.entries) : []) as (readonly [string, T])[]; // of the same name, so of the same make
  const kept = before.slice(Math.max(0, before.length - max));
  const records = new Map<string, T>(kept);
  let evicted = (saved?.evicted ?? 0) + before.length - kept.length;
  return {
    of: (id) => {
      const record = records.get(id) ?? make();
      records.delete(id); // to the end: a Map keeps the order of insertion
      records.set(id, record);
      if (records.size > max) {
        const [oldest] = records.keys();
        if (oldest !== undefined) records.delete(oldest);
        evicted++;
      }
      return record;
    },
    peek: (id) => records.get(id),
    save: () => ({ evicted, entries: copyOf([...records]) }),
    evicted: () => evicted,
  };
}

/** Records are JSON by design, and this keeps them so. */
function copyOf<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V; // of itself
}
