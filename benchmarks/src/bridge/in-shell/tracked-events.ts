import type { Series } from '../../sdk/in-page.js';

/** Numbers the events of one side, and knows which of them must outlive its deaths. */
export interface TrackedEvents {
  /** @returns the `n` of the next. */
  next(): number;
  /** Whoever tracked them ends now, or is told to. */
  ended(): void;
  /** Nothing is promised of this one and those after it: they lay in memory. */
  doubt(from: number): void;
  promised(): readonly Series[];
  /** May be stored, but not twice. */
  late(): readonly Series[];
}

/** What was tracked this long before a death lies on the disk: a transaction has had its turn. */
const PROMISED_AFTER_MS = 1_000;

export function createTrackedEvents(name: string, nowMs: () => number): TrackedEvents {
  /** By their `n`: when they were tracked; `Infinity` for those of which nothing is promised. */
  const at: number[] = [];

  /** Stretches of those of which this is true. */
  function stretches(isIn: (ms: number) => boolean): Series[] {
    const found: Series[] = [];
    at.forEach((ms, n) => {
      const last = found.at(-1);
      if (!isIn(ms)) return;
      if (last && (last.from ?? 0) + last.count === n) found[found.length - 1] = { ...last, count: last.count + 1 };
      else found.push({ name, from: n, count: 1 });
    });
    return found;
  }

  return {
    next: () => at.push(nowMs()) - 1,
    ended() {
      const promisedUntil = nowMs() - PROMISED_AFTER_MS;
      at.forEach((ms, n) => {
        if (ms > promisedUntil) at[n] = Number.POSITIVE_INFINITY;
      });
    },
    doubt(from) {
      at.fill(Number.POSITIVE_INFINITY, from);
    },
    promised: () => stretches(Number.isFinite),
    late: () => stretches((ms) => !Number.isFinite(ms)),
  };
}
