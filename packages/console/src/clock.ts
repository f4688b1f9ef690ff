/** Time as a parameter: what now is, and how to be called later. */
export interface Clock {
  now(): number;
  /** @returns a function that takes the call back; calling it late does nothing. */
  after(delayMs: number, run: () => void): () => void;
}

/** The clock of the browser. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
