import type { Round, Runner } from './runner.js';

export interface ScalingStep {
  /** In the table at the end of the step. */
  readonly rows: number;
  /** Of the rows of this step that were billed: merges of ever larger parts are in it. */
  readonly cpuMicrosPerEvent: number;
}

/** Makes a table larger and larger, and tells what a row cost on the way from each size to the next. */
export interface Scaling {
  /** What the table has already counts: a step has whatever was billed since the one before, by whom it may be. */
  growTo(rows: number): Promise<ScalingStep>;
}

/** So many that the pauses before and after a round are little beside it. */
const ROUND_EVENTS = 500_000;
const FIRST_SEED = 10_000;

export function createScaling(runner: Runner, round: Omit<Round, 'seed' | 'events'>): Scaling {
  let told = { events: 0, micros: 0 };
  let seed = FIRST_SEED;
  return {
    async growTo(rows) {
      while (runner.sentEvents() < rows || runner.billed().events === told.events) {
        const left = rows - runner.sentEvents();
        const events = left > 0 ? Math.min(ROUND_EVENTS, left) : ROUND_EVENTS;
        await runner.bill({ ...round, seed: seed++, events });
      }
      const billed = runner.billed();
      const cpuMicrosPerEvent = (billed.micros - told.micros) / (billed.events - told.events);
      told = billed;
      return { rows: runner.sentEvents(), cpuMicrosPerEvent };
    },
  };
}
