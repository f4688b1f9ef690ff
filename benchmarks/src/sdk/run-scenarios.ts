import type { Tables } from '../chaos/open-tables.js';
import { someAtATime } from '../process/some-at-a-time.js';
import { auditRun, readStoredLabels, type StoredAudit } from './audit-runs.js';
import type { PageHealth } from './in-page.js';
import type { Scenario, Tracked } from './scenario.js';
import { openStage } from './stage.js';
import type { World } from './world.js';

export interface ScenarioOutcome extends StoredAudit {
  readonly name: string;
  readonly seed: number;
  /** Crossings of the wire beyond the first of each event, by events; the browser's own copies left out. */
  readonly wireCopiesRatio: number;
  readonly browserCopies: number;
  readonly requests: number;
  readonly seconds: number;
  /** Different events that the collector acknowledged. */
  readonly acknowledged: number;
  /** What the SDKs of the last pages told at the end. */
  readonly health: readonly PageHealth[];
  readonly notes?: Readonly<Record<string, number>>;
  /** Why it did not run here. */
  readonly skipped?: string;
  /** What broke the run itself; it proves nothing then. */
  readonly fault?: string;
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** A run as far as it is known before the store is read. */
export interface PlayedRun {
  readonly appId: string;
  readonly tracked: Tracked;
  readonly outcome: Omit<ScenarioOutcome, keyof StoredAudit>;
}

/** Each scenario once, a random one with each of the seeds. */
export function planRuns(scenarios: readonly Scenario[], seeds: readonly number[]): ScenarioRun[] {
  return scenarios.flatMap((scenario) =>
    (scenario.isRandom ? seeds : seeds.slice(0, 1)).map((seed) => ({ scenario, seed })),
  );
}

/** Plays all runs, so many of them at a time: they mostly wait. */
export async function playRuns(
  world: World,
  runs: readonly ScenarioRun[],
  atATime: number,
  onPlayed: (run: PlayedRun) => void,
): Promise<PlayedRun[]> {
  return await someAtATime(runs, atATime, async (run) => {
    const played = await playRun(world, run);
    onPlayed(played);
    return played;
  });
}

/** Looks for every event of the runs in the tables. */
export async function judgeRuns(tables: Tables, played: readonly PlayedRun[]): Promise<ScenarioOutcome[]> {
  const stored = await readStoredLabels(tables);
  return played.map(({ appId, tracked, outcome }) => ({
    ...outcome,
    ...auditRun(stored.get(appId) ?? new Map(), tracked),
  }));
}

/** Whether it ran and nothing is lost or twice. */
export function isWhole({ lost, duplicatedInStore, fault }: ScenarioOutcome): boolean {
  return lost === 0 && duplicatedInStore === 0 && fault === undefined;
}

function appIdOf({ scenario, seed }: ScenarioRun): string {
  return `${scenario.name}.${seed}`;
}

/** A run that breaks must not take the others with it: its fault is its outcome. */
async function playRun(world: World, run: ScenarioRun): Promise<PlayedRun> {
  const { scenario, seed } = run;
  const appId = appIdOf(run);
  const head = {
    name: scenario.name,
    seed,
    health: [],
    wireCopiesRatio: 0,
    browserCopies: 0,
    requests: 0,
    seconds: 0,
    acknowledged: 0,
  };
  const nothing: Tracked = { promised: [] };
  const skipped = await scenario.unavailable?.();
  if (skipped !== undefined) return { appId, tracked: nothing, outcome: { ...head, skipped } };
  const startedAt = performance.now();
  const stage = await openStage(world, appId, seed);
  try {
    const tracked = await scenario.run(stage);
    const { log } = stage.proxy;
    const outcome = {
      ...head,
      wireCopiesRatio: log.copiesRatio(),
      browserCopies: log.browserCopies(),
      requests: log.requests(),
      acknowledged: log.takenEvents(),
      health: stage.lastHealth(),
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      ...(tracked.notes ? { notes: tracked.notes } : {}),
    };
    return { appId, tracked, outcome };
  } catch (error) {
    return { appId, tracked: nothing, outcome: { ...head, fault: String(error) } };
  } finally {
    await stage.close();
  }
}
