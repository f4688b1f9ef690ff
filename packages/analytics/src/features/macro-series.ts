import type { EpochMs } from '@tidemark/protocol';

/** A value of an economic series, as a `macro_point` brings it. */
export interface MacroValue {
  /** When it became known. */
  readonly knownAtMs: EpochMs;
  /** Start of the period that it is for. */
  readonly periodAtMs: EpochMs;
  /** In the unit of the series. */
  readonly value: number;
  /** 0 as first published, then counting up with each correction of the same period. */
  readonly revision: number;
}

/** What a decision of a moment could know of a series. */
export interface MacroReading extends MacroValue {
  /** Since it became known. */
  readonly knownAgeMs: number;
  /** Since its period began: how far the value is carried forward. */
  readonly periodAgeMs: number;
}

export interface MacroSeries {
  /** @returns undefined before the first value, and for what is no moment. */
  asOf(atMs: EpochMs): MacroReading | undefined;
  /** Every value of a period, as first published and as corrected: by number, and of one number by when it was said. */
  revisionsOf(periodAtMs: EpochMs): readonly MacroValue[];
  /** Values that are no numbers, or of no time: left out. */
  readonly refused: number;
}

/**
 * Joins a series to decisions without looking ahead: as of a moment the value of the latest period that had begun, in the last
 * revision that was known by then; it holds until the next one. A correction of an older period changes nothing as of later.
 *
 * @param values - of one series, in any order, copies included.
 */
export function createMacroSeries(values: Iterable<MacroValue>): MacroSeries {
  const all = [...values];
  const good = all.filter(({ knownAtMs, periodAtMs, value, revision }) =>
    [knownAtMs, periodAtMs, value, revision].every(Number.isFinite),
  );
  const inForce = good.toSorted((a, b) => forceMs(a) - forceMs(b));
  /** From when on which value holds. */
  const steps: { readonly fromMs: EpochMs; readonly value: MacroValue }[] = [];
  for (const value of inForce) {
    const current = steps.at(-1)?.value;
    if (current && !isNewer(value, current)) continue;
    const fromMs = forceMs(value);
    if (steps.at(-1)?.fromMs === fromMs) steps.pop();
    steps.push({ fromMs, value });
  }
  return {
    asOf(atMs) {
      let [low, high] = [0, Number.isFinite(atMs) ? steps.length : 0];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((steps[middle]?.fromMs ?? 0) <= atMs) low = middle + 1;
        else high = middle;
      }
      const value = steps[low - 1]?.value;
      return value && { ...value, knownAgeMs: atMs - value.knownAtMs, periodAgeMs: atMs - value.periodAtMs };
    },
    revisionsOf(periodAtMs) {
      const own = good.filter((one) => one.periodAtMs === periodAtMs);
      const words = new Map(own.map((one) => [`${one.revision} ${one.knownAtMs} ${one.value}`, one])); // copies count once
      return [...words.values()].sort((a, b) => a.revision - b.revision || byKnowledge(a, b));
    },
    refused: all.length - good.length,
  };
}

/** When a decision can take it into account: it is known, and its period has begun. */
function forceMs({ knownAtMs, periodAtMs }: MacroValue): EpochMs {
  return Math.max(knownAtMs, periodAtMs);
}

/** A later period, or a later word on the same: by number, then by when it was said. */
function isNewer(one: MacroValue, than: MacroValue): boolean {
  const order = one.periodAtMs - than.periodAtMs || one.revision - than.revision || one.knownAtMs - than.knownAtMs;
  return order > 0 || (order === 0 && one.value > than.value); // of two words at once always the same one
}

function byKnowledge(a: MacroValue, b: MacroValue): number {
  return a.knownAtMs - b.knownAtMs || a.value - b.value;
}
