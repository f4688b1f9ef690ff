/** Which numbers a page's messages had since its `hello`. */
export interface HeardNumbers {
  /** @returns false when it was heard already, or is too far behind the highest to know. */
  add(n: number): boolean;
}

/** As many as a message may have parts. */
const WINDOW = 1_024;

export function createHeardNumbers(): HeardNumbers {
  const heard = new Set<number>();
  let highest = 0;
  return {
    add(n) {
      if (highest - n > WINDOW || heard.has(n)) return false;
      heard.add(n);
      highest = Math.max(highest, n);
      // A page counts up: the set has little more than the window, and is swept when it has twice as much.
      if (heard.size > 2 * WINDOW) for (const old of heard) if (highest - old > WINDOW) heard.delete(old);
      return true;
    },
  };
}
