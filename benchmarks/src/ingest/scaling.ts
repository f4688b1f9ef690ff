import type { Round, Runner } from './contender.js';

export interface ScalingStep {
  /** In the table at the end of the step. */
  readonly rows: number;
  /** Of the rows of this step alone: merges of ever larger parts are in it. */
  readonly cpuMicrosPerEvent: number;
}

const ROUND_EVENTS = 250_000;

/** Fills a table and tells what a row cost on the way from each size to the next. */
export async function measureScaling(
  runner: Runner,
  sizes: readonly number[],
  round: Omit<Round, 'seed' | 'events'>,
  onStep: (step: ScalingStep) => void,
): Promise<ScalingStep[]> {
  const steps: ScalingStep[] = [];
  let seed = 10_000;
  for (const rows of sizes) {
    const before = runner.sentEvents();
    let micros = 0;
    while (runner.sentEvents() < rows) {
      const events = Math.min(ROUND_EVENTS, rows - runner.sentEvents());
      micros += events * (await runner.bill({ ...round, seed: seed++, events })).cpuMicrosPerEvent;
    }
    const step = { rows, cpuMicrosPerEvent: micros / (rows - before) };
    onStep(step);
    steps.push(step);
  }
  await runner.contender.stopAndAudit(runner.sentEvents());
  return steps;
}
