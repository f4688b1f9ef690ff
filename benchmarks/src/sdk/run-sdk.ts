import { type DwellErrors, judgeDwell, playDwell } from './figures/dwell.js';
import { measurePageFigures, type PageFigures } from './measure-figures.js';
import { judgeRuns, type PlayedRun, playRuns, type ScenarioOutcome, type ScenarioRun } from './run-scenarios.js';
import { withWorld } from './world.js';

export interface SdkPlan {
  /** Whether to measure what the SDK costs a page. */
  readonly figures: boolean;
  /** Whether to compare stored dwell with the true one. */
  readonly dwell: boolean;
  readonly runs: readonly ScenarioRun[];
}

export interface SdkRun {
  /** Version of the browser. */
  readonly chromium: string;
  readonly figures: PageFigures | undefined;
  readonly dwellErrorMs: DwellErrors | undefined;
  readonly scenarios: readonly ScenarioOutcome[];
}

/** More would measure the machine. */
const AT_A_TIME = 4;

/** Measures first, while the machine is quiet, then plays the scenarios; all of it against one collector. */
export function runSdk(plan: SdkPlan, onProgress: (line: string) => void): Promise<SdkRun> {
  return withWorld(async (world) => {
    const chromium = world.browser.version();
    const figures = plan.figures ? await measurePageFigures(world, onProgress) : undefined;
    const views = plan.dwell ? await playDwell(world) : undefined;
    const played = await playRuns(world, plan.runs, AT_A_TIME, (run) => onProgress(playedLine(run)));
    return await world.readStore(async (tables) => ({
      chromium,
      figures,
      dwellErrorMs: views && (await judgeDwell(tables, views)),
      scenarios: await judgeRuns(tables, played),
    }));
  });
}

function playedLine({ appId, outcome }: PlayedRun): string {
  return `played ${appId}${outcome.skipped ? `: skipped, ${outcome.skipped}` : ` in ${outcome.seconds} s`}`;
}
