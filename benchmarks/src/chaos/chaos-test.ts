/** How one chaos test is asked for. */
export interface TestPlan {
  /** How often something is broken: kills, rounds, as the test has it. */
  readonly n: number;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
  /** Tells all that happens, where there is an order of it to tell. */
  readonly trace?: boolean;
}

/** What every chaos test says; each adds what it counts. */
export interface TestResult {
  /** Events acknowledged. */
  readonly acked: number;
  /** Acknowledged events that are nowhere. */
  readonly lost: number;
  /** Rows too many. */
  readonly duplicated: number;
  /** Whether the aggregates are what a recount of the raw rows gives. */
  readonly aggregatesEqual: boolean;
  readonly seed: number;
}

/** One line of the table in `chaos.ts`. */
export interface ChaosTest {
  readonly name: string;
  readonly summary: string;
  /** @returns the result, and whether it is the only good one. */
  readonly run: (plan: TestPlan) => Promise<{ readonly result: object; readonly good: boolean }>;
}

/**
 * @param run - one file of its own, with a result type of its own.
 * @param isGood - what must hold of the result.
 */
export function chaosTest<R extends object>(
  name: string,
  summary: string,
  run: (plan: TestPlan) => Promise<R>,
  isGood: (result: R) => boolean,
): ChaosTest {
  return {
    name,
    summary,
    async run(plan) {
      const result = await run(plan);
      return { result, good: isGood(result) };
    },
  };
}

/** Something was acknowledged, nothing of it is lost, nothing there twice, and the aggregates agree. */
export function isClean({ acked, lost, duplicated, aggregatesEqual }: TestResult): boolean {
  return acked > 0 && lost === 0 && duplicated === 0 && aggregatesEqual;
}
