/** How each order ended, in whole periods (minutes, hours, working days: the caller's choice). */
export interface Spells {
  /** Period in which it ended, or the last one it was seen in; from 1; shape [orders]. */
  readonly lastPeriod: ArrayLike<number>;
  /** 0 still open when last seen (censored), 1 filled, 2 cancelled; shape [orders]. */
  readonly ending: ArrayLike<number>;
}

export const FILLED = 1;
export const CANCELLED = 2;

/** A row for each period that each order was open in. */
export interface PersonPeriods {
  /** Number of the order; shape [rows]. */
  readonly order: Int32Array;
  /** From 1; shape [rows]. */
  readonly period: Int32Array;
  /** 1 where the order was filled, cancelled, in this very period; shape [rows]. */
  readonly filled: Uint8Array;
  readonly cancelled: Uint8Array;
}

/**
 * @param horizon - periods after it are not looked at: an order still open then counts as censored there.
 * @throws {RangeError} when the shapes differ, or a period, an ending or the horizon is none.
 * @see J. D. Singer, J. B. Willett, J. Educational Statistics 18 (1993) 155-195.
 */
export function expandPersonPeriods(spells: Spells, horizon: number): PersonPeriods {
  checkSpells(spells, horizon);
  const lengths = Int32Array.from(spells.lastPeriod, (last) => Math.min(last, horizon));
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const [order, period] = [new Int32Array(rows), new Int32Array(rows)];
  const [filled, cancelled] = [new Uint8Array(rows), new Uint8Array(rows)];
  let row = 0;
  for (const [at, length] of lengths.entries()) {
    for (let passed = 1; passed <= length; passed += 1, row += 1) {
      order[row] = at;
      period[row] = passed;
    }
    if (spells.lastPeriod[at] !== length) continue; // it ended after the horizon
    if (spells.ending[at] === FILLED) filled[row - 1] = 1;
    if (spells.ending[at] === CANCELLED) cancelled[row - 1] = 1;
  }
  return { order, period, filled, cancelled };
}

function checkSpells({ lastPeriod, ending }: Spells, horizon: number): void {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw new RangeError(`the horizon is a whole number from 1, got ${horizon}`);
  if (lastPeriod.length !== ending.length) {
    throw new RangeError(`${lastPeriod.length} periods for ${ending.length} endings: each order needs one of both`);
  }
  for (let order = 0; order < ending.length; order += 1) {
    const [last, how] = [Number(lastPeriod[order]), Number(ending[order])];
    if (!(Number.isInteger(last) && last >= 1))
      throw new RangeError(`order ${order} ends in period ${last}: they count from 1`);
    if (how !== 0 && how !== FILLED && how !== CANCELLED)
      throw new RangeError(`order ${order} has the ending ${how}: 0, 1 or 2`);
  }
}
