/** Rows of equally many numbers in one typed array: what is read together lies together, and a row costs no object. */
export interface NumberRows {
  /** A row with its first values: where it begins in {@link numbers}. */
  readonly take: () => number;
  /** Gives a row back; the next `take` may have it. */
  readonly drop: (at: number) => void;
  /** All of them; another array after any `take`. */
  readonly numbers: () => Float64Array;
}

const ROWS_FIRST = 64;

/** @param first - values of a new row; their number is the width. */
export function createNumberRows(first: readonly number[]): NumberRows {
  const width = first.length;
  let numbers = new Float64Array(ROWS_FIRST * width);
  let end = 0;
  const free: number[] = [];

  function grow(): void {
    const larger = new Float64Array(2 * numbers.length);
    larger.set(numbers);
    numbers = larger;
  }
  return {
    take: () => {
      const at = free.pop() ?? end;
      if (at === end) {
        if (end === numbers.length) grow();
        end += width;
      }
      numbers.set(first, at);
      return at;
    },
    drop: (at) => {
      free.push(at);
    },
    numbers: () => numbers,
  };
}

/** Part of a row whose numbers have names: as plain data it is an object. */
export interface NamedNumbers<K extends string> {
  /** In the order in which they were named. */
  readonly first: readonly number[];
  readonly save: (numbers: Float64Array, at: number) => Record<K, number>;
  /** What is missing, or is no number, keeps its first value. */
  readonly load: (plain: unknown, numbers: Float64Array, at: number) => void;
  /** Whether nothing has happened to it. */
  readonly isFresh: (numbers: Float64Array, at: number) => boolean;
}

/** @param first - names and first values, in the order in which they lie. */
export function nameNumbers<K extends string>(first: Readonly<Record<K, number>>): NamedNumbers<K> {
  const names = Object.keys(first) as K[]; // all there are, by its type
  const values = names.map((name) => first[name]);
  return {
    first: values,
    save: (numbers, at) =>
      Object.fromEntries(names.map((name, i) => [name, numbers[at + i] ?? 0])) as Record<K, number>, // of all names
    load: (plain, numbers, at) =>
      loadNumbers(
        names.map((name) => fieldOf(plain, name)),
        numbers,
        at,
      ),
    isFresh: (numbers, at) => values.every((value, i) => numbers[at + i] === value),
  };
}

/** Puts numbers where they were; what is none is passed over. */
export function loadNumbers(values: unknown, numbers: Float64Array, at: number): void {
  if (!Array.isArray(values)) return;
  values.forEach((value: unknown, i) => {
    if (typeof value === 'number') numbers[at + i] = value;
  });
}

/** A field of something that came by way of JSON. */
export function fieldOf(plain: unknown, name: string): unknown {
  return typeof plain === 'object' && plain !== null ? (plain as Record<string, unknown>)[name] : undefined; // any field may be absent
}
