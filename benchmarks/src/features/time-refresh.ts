import { createPopulation, featuresOf } from '@tidemark/analytics/features';
import type { EngineProcess } from '../process/start-engine.js';
import type { FeatureParts, Store } from './collector-parts.js';
import { fillStatement, REFRESH_WORKSPACE, type RefreshPlan } from './fill-store.js';

export interface RefreshFigures {
  /** Active users whose features were reckoned. */
  readonly subjects: number;
  readonly events: number;
  /** All features of all of them, from the raw events to numbers here; best of the rounds. */
  readonly refreshSeconds: number;
  readonly refreshRounds: readonly number[];
  /** The part of it that the store reckons whole, without its lists and what is finished from them; best of the rounds. */
  readonly storeSeconds: number;
  /** What everybody has in common, added up and fitted, which is not part of a refresh. */
  readonly populationSeconds: number;
  readonly measuredValues: number;
}

const ROUNDS = 3;

/**
 * Fills the store, then measures all features of every user who was active since the beginning.
 */
export async function timeRefresh(
  parts: FeatureParts,
  store: Store,
  engine: EngineProcess,
  plan: RefreshPlan,
): Promise<RefreshFigures> {
  await engine.run(fillStatement(plan));
  const moment = { workspaceId: REFRESH_WORKSPACE, asOfMs: plan.asOfMs, utcOffsetMs: 8 * 3_600_000 };
  const beforePopulation = performance.now();
  const population = createPopulation(await parts.readPopulation(store, moment));
  const populationSeconds = secondsSince(beforePopulation);
  const stored = featuresOf('user').flatMap(({ name, computedIn }) => (computedIn === 'store' ? [name] : []));
  const rounds: number[] = [];
  const storeRounds: number[] = [];
  let [subjects, measuredValues] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    [subjects, measuredValues] = [0, 0];
    await parts.measureSubjects(store, { ...moment, kind: 'user', population, activeSinceMs: 0 }, ({ measures }) => {
      subjects += 1;
      for (const one of measures) if (one.kind === 'measured') measuredValues += 1;
    });
    rounds.push(secondsSince(before));
    const beforeStore = performance.now();
    await parts.readSubjects(
      store,
      { ...moment, kind: 'user', features: stored, inputs: [], activeSinceMs: 0 },
      () => {},
    );
    storeRounds.push(secondsSince(beforeStore));
  }
  const events = plan.users * plan.eventsPerUser;
  return {
    subjects,
    events,
    refreshSeconds: Math.min(...rounds),
    refreshRounds: rounds,
    storeSeconds: Math.min(...storeRounds),
    populationSeconds,
    measuredValues,
  };
}

function secondsSince(before: number): number {
  return Math.round((performance.now() - before) / 10) / 100;
}
