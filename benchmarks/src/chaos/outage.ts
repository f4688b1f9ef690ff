/**
 * Tells what a machine answered before its power was cut from what it answered after, which a real one could not: a sync that is
 * under way when the disk dies may be told that it succeeded, of data that is gone (7 of 40, each ended after the cut began).
 */
export interface Outage {
  /** @param cut - resolves with the moment of the cut, `clockMs`. */
  begin(cut: () => Promise<number>): Promise<void>;
  /** Whoever answers from here on was started after. */
  end(): void;
  /** Whether an answer that came at this moment counts; of one that comes during a cut it is known when that is over. */
  isBefore(answeredAtMs: number): Promise<boolean>;
}

export function createOutage(): Outage {
  let cutting: Promise<number> | undefined;
  return {
    async begin(cut) {
      cutting = cut();
      await cutting;
    },
    end() {
      cutting = undefined;
    },
    async isBefore(answeredAtMs) {
      return cutting === undefined || answeredAtMs < (await cutting);
    },
  };
}
