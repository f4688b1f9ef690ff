import type { Series } from '../../sdk/in-page.js';

/** Numbers the events of one side, and knows which of them must outlive its deaths. */
export interface TrackedEvents {
  /** @returns the `n` of the next. */
  next(): number;
  /** A disk has this one: from here on it is promised. */
  written(n: number): void;
  promised(): readonly Series[];
  /** In memory when their side died, or sent from there: they may be stored, but not twice. */
  late(): readonly Series[];
}

export function createTrackedEvents(name: string): TrackedEvents {
  /** By their `n`: whether a disk has them. */
  const isWritten: boolean[] = [];

  function stretches(isIn: boolean): Series[] {
    const found: Series[] = [];
    isWritten.forEach((is, n) => {
      const last = found.at(-1);
      if (is !== isIn) return;
      if (last && (last.from ?? 0) + last.count === n) found[found.length - 1] = { ...last, count: last.count + 1 };
      else found.push({ name, from: n, count: 1 });
    });
    return found;
  }

  return {
    next: () => isWritten.push(false) - 1,
    written(n) {
      isWritten[n] = true;
    },
    promised: () => stretches(true),
    late: () => stretches(false),
  };
}
