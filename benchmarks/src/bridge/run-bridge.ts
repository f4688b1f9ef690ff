import { withBridgeWorld } from './bridge-world.js';
import { judgeRuns, type RunOutcome } from './judge-runs.js';
import { type BridgeFigures, measureFigures } from './measure-figures.js';
import type { RunPlan } from './plan.js';
import { type PlayedRun, playRuns } from './play-runs.js';

/** All that the benchmark tells. */
export interface BridgeResult extends BridgeFigures {
  readonly runs: number;
  readonly tracked: number;
  /** Promised events that are in no row. */
  readonly lost: number;
  /** Rows too many. */
  readonly duplicated: number;
  /** Runs that broke, or in which not all was delivered in time. */
  readonly unfinished: number;
  readonly aggregatesEqual: boolean;
  readonly numbersTwice: number;
  /** Crossings of the wire beyond the first of each event that the collector took, by events. */
  readonly wireCopiesRatio: number;
}

export interface BridgeRun {
  /** Version of the browser. */
  readonly chromium: string;
  readonly figures: BridgeResult;
  readonly outcomes: readonly RunOutcome[];
}

const SAY_EVERY = 20;
const AT_A_TIME = 16;

/** Measures first, while the machine is quiet, then plays the runs; all of it against one collector. */
export function runBridge(plans: readonly RunPlan[], onProgress: (line: string) => void): Promise<BridgeRun> {
  return withBridgeWorld(async (world) => {
    const chromium = world.browser.version();
    const measured = await measureFigures(world);
    onProgress(`figures ${JSON.stringify(measured)}`);
    let over = 0;
    const played = await playRuns(world, plans, AT_A_TIME, (run) => {
      over++;
      if (over % SAY_EVERY === 0 || over === plans.length) onProgress(`played ${over} of ${plans.length}`);
      const trouble = troubleOf(run);
      if (trouble) onProgress(`seed ${run.plan.seed}: ${trouble}`);
    });
    const { outcomes, store } = await world.readStore((tables) => judgeRuns(tables, played));
    const sum = (count: (outcome: RunOutcome) => number) => outcomes.reduce((total, one) => total + count(one), 0);
    const late = sum(({ run }) => (run.report?.late ?? []).reduce((total, { count }) => total + count, 0));
    onProgress(
      `of the tracked events ${late} were on no disk before a death, or sent from memory: nothing is promised of them`,
    );
    const wireEvents = sum(({ run }) => run.wireEvents);
    const figures = {
      runs: outcomes.length,
      tracked: sum(({ tracked }) => tracked),
      lost: sum(({ lost }) => lost),
      duplicated: sum(({ duplicatedInStore }) => duplicatedInStore),
      unfinished: sum(({ run }) => (troubleOf(run) ? 1 : 0)),
      aggregatesEqual: store.aggregatesEqual,
      numbersTwice: store.numbersTwice.length,
      wireCopiesRatio: wireEvents === 0 ? 0 : sum(({ run }) => run.wireCopies) / wireEvents,
      ...measured,
    };
    return { chromium, figures, outcomes };
  });
}

function troubleOf({ report, fault }: PlayedRun): string | undefined {
  if (!report) return fault;
  if (report.state.faults.length > 0) return report.state.faults.join('; ');
  if (report.drainedAlone === false) return 'the page alone did not deliver all in time';
  return report.drained ? undefined : 'not all was delivered in time';
}
