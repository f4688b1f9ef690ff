import { type CallCost, measureCallCost } from './figures/call-cost.js';
import type { DwellErrors } from './figures/dwell.js';
import { measureLongestTasks } from './figures/longest-task.js';
import { measurePaced, type PacedCost } from './figures/paced.js';
import { measureSizes, type Sizes } from './figures/sizes.js';
import type { ScenarioOutcome } from './run-scenarios.js';
import type { World } from './world.js';

/** What can be told before the store is read. */
export interface PageFigures extends Sizes, CallCost, PacedCost {
  readonly longestTaskMs: number;
}

/** All that the benchmark tells. */
export interface SdkFigures extends PageFigures {
  readonly dwellErrorMs: DwellErrors;
  readonly scenarios: readonly ScenarioOutcome[];
}

/** One after the other: what is timed by the clock must have the machine to itself. */
export async function measurePageFigures(world: World, onProgress: (line: string) => void): Promise<PageFigures> {
  const sizes = measureSizes();
  const calls = await measureCallCost(world);
  onProgress(`track ${calls.trackP50Micros.toFixed(1)} us, init ${calls.initMs.toFixed(2)} ms`);
  const tasks = await measureLongestTasks(world);
  onProgress(`longest task: paced ${tasks.pacedMs.toFixed(1)} ms, backlog ${tasks.backlogMs.toFixed(1)} ms`);
  const paced = await measurePaced(world);
  onProgress(`CPU ${paced.cpuMicrosPerEvent.toFixed(0)} us an event`);
  return { ...sizes, ...calls, ...paced, longestTaskMs: Math.max(tasks.pacedMs, tasks.backlogMs) };
}
