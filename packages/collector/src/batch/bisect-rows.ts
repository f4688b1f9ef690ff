/** Why a row was refused; `row` counts from 0 within the load that was refused, and is a hint only. */
export interface RowRefusal {
  readonly row?: number;
}

/** What became of the rows of one stretch. Decided once, and never asked again. */
export type Decision<R extends RowRefusal> =
  | { readonly kind: 'taken' }
  /** Refused as a whole; its parts end at these rows. */
  | { readonly kind: 'split'; readonly ends: readonly number[] }
  /** A single row. */
  | { readonly kind: 'refused'; readonly refusal: R };

export interface BisectOptions<R extends RowRefusal> {
  readonly rowCount: number;
  /** Loads the rows from `from` up to `to`, all or none; the same stretch again must change nothing. */
  readonly load: (from: number, to: number) => Promise<R | undefined>;
  /** What was decided before, by an earlier process too. */
  readonly decided: (from: number, to: number) => Decision<R> | undefined;
  /** Makes a decision durable. */
  readonly decide: (from: number, to: number, decision: Decision<R>) => Promise<void>;
}

/**
 * Loads all rows that can be loaded, each once, and finds those that cannot.
 *
 * A stretch that was split is never sent as a whole again, not even after the store has changed its mind: parts of it may be in.
 *
 * @returns the refused rows, in order.
 * @throws what `load` and `decide` throw; the next call goes on where this one stopped.
 */
export async function bisectRows<R extends RowRefusal>(
  options: BisectOptions<R>,
): Promise<{ readonly row: number; readonly refusal: R }[]> {
  const refused: { readonly row: number; readonly refusal: R }[] = [];
  const stretches: [from: number, to: number][] = [[0, options.rowCount]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [from, to] = stretch;
    const decision = options.decided(from, to) ?? (await settle(from, to, options));
    if (decision.kind === 'refused') refused.push({ row: from, refusal: decision.refusal });
    if (decision.kind === 'split') stretches.push(...partsOf(from, decision.ends).reverse());
  }
  return refused;
}

async function settle<R extends RowRefusal>(from: number, to: number, options: BisectOptions<R>): Promise<Decision<R>> {
  const decision = decisionOn(from, to, await options.load(from, to));
  await options.decide(from, to, decision);
  return decision;
}

function decisionOn<R extends RowRefusal>(from: number, to: number, refusal: R | undefined): Decision<R> {
  if (!refusal) return { kind: 'taken' };
  if (to - from === 1) return { kind: 'refused', refusal };
  return { kind: 'split', ends: cut(from, to, refusal.row) };
}

/**
 * Around the row that is said to be at fault: one bad row among many costs five loads. What lies behind it is halved, so
 * that many bad rows do not each send all the rest once more; without a hint so is the whole.
 */
function cut(from: number, to: number, hint: number | undefined): number[] {
  const bad = hint === undefined ? -1 : from + hint;
  if (bad < from || bad >= to) return [middle(from, to), to];
  return [bad, bad + 1, middle(bad + 1, to), to];
}

function middle(from: number, to: number): number {
  return from + ((to - from) >> 1);
}

function partsOf(from: number, ends: readonly number[]): [from: number, to: number][] {
  return ends.map((end, at): [number, number] => [ends[at - 1] ?? from, end]).filter(([first, end]) => first < end);
}
