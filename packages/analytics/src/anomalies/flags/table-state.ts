/** A table as plain data. */
export interface TableState<T, Id extends string | number = string> {
  readonly evicted: number;
  /** Those not heard of in the present generation, then those that were. */
  readonly old: readonly (readonly [Id, T])[];
  readonly young: readonly (readonly [Id, T])[];
}

export type Generation = 'old' | 'young';

/** Some of what one table remembers, as plain data. */
export interface TablePiece {
  readonly table: string;
  readonly evicted: number;
  readonly generation: Generation;
  readonly entries: readonly (readonly [string | number, unknown])[];
}

/** What a table must tell of itself to be saved. */
export interface Saveable<T, Id extends string | number> {
  /** As they are: whoever changes one changes what this gives. */
  readonly entries: (generation: Generation) => Iterable<readonly [Id, T]>;
  readonly evicted: () => number;
}

const GENERATIONS: readonly Generation[] = ['old', 'young'];
/** A hundred thousand entities at once would be copied in as many objects, hundreds of bytes each. */
const PIECE_ENTRIES = 500;

/** Piece by piece, each a copy; nothing may be added to the table until the last. Of an empty table one that is empty. */
export function* piecesOf(table: string, saveable: Saveable<unknown, string | number>): Generator<TablePiece> {
  const evicted = saveable.evicted();
  for (const generation of GENERATIONS) {
    let entries: (readonly [string | number, unknown])[] = [];
    for (const entry of saveable.entries(generation)) {
      entries.push(entry);
      if (entries.length < PIECE_ENTRIES) continue;
      yield { table, evicted, generation, entries: plainCopy(entries) };
      entries = [];
    }
    if (entries.length > 0 || generation === 'old') yield { table, evicted, generation, entries: plainCopy(entries) };
  }
}

/** The tables that these are the pieces of, by name. */
export function joinPieces(pieces: Iterable<TablePiece>): Record<string, TableState<unknown, string | number>> {
  const tables: Record<
    string,
    { evicted: number; old: TablePiece['entries'][number][]; young: TablePiece['entries'][number][] }
  > = {};
  for (const { table, evicted, generation, entries } of pieces) {
    tables[table] ??= { evicted, old: [], young: [] };
    const state = tables[table];
    for (const entry of entries) state[generation].push(entry);
  }
  return tables;
}

/** Records are JSON by design, and this keeps them so; a set or a map in one is the list of what is in it. */
export function plainCopy<V>(value: V): V {
  return JSON.parse(JSON.stringify(value, (_, one: unknown) => (isMany(one) ? [...one] : one))) as V; // of itself
}

function isMany(value: unknown): value is Iterable<unknown> {
  return value instanceof Set || value instanceof Map;
}
