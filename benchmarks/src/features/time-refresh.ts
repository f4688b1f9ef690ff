import { createPopulation, featuresOf } from '@tidemark/analytics/features';
import type { EngineProcess } from '../process/start-engine.js';
import { type FeatureParts, REFRESH_WORKER, type Store } from './collector-parts.js';
import { fillStatement, REFRESH_WORKSPACE, type RefreshPlan } from './fill-store.js';

export interface RefreshFigures {
  /** Active users whose features were reckoned. */
  readonly subjects: number;
  readonly events: number;
  /** All features of all of them, from the raw events to numbers here, by two threads; best of the rounds. */
  readonly refreshSeconds: number;
  readonly refreshRounds: readonly number[];
  /** The part of it that the store reckons whole, without its lists and what is finished from them; best of the rounds. */
  readonly storeSeconds: number;
  /** What everybody has in common, added up and fitted. Adding up is not part of a refresh; each thread fits it again. */
  readonly populationSeconds: number;
  readonly measuredValues: number;
}

const ROUNDS = 3;
const THREADS = 2;

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
  const rows = await parts.readPopulation(store, moment);
  createPopulation(rows);
  const populationSeconds = secondsSince(beforePopulation);
  const stored = featuresOf('user').flatMap(({ name, computedIn }) => (computedIn === 'store' ? [name] : []));
  const rounds: number[] = [];
  const storeRounds: number[] = [];
  let [subjects, measuredValues] = [0, 0];
  const { url, user, password, database } = engine;
  const address = () => ({ address: { url, user, password }, database });
  const refresher = parts.createFeatureRefresher(REFRESH_WORKER, address, THREADS);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = performance.now();
      const tables = await refresher.refresh({ ...moment, kind: 'user', population: rows, activeSinceMs: 0 });
      rounds.push(secondsSince(before));
      subjects = tables.reduce((count, table) => count + table.subjects.length, 0);
      measuredValues = tables.reduce((count, { reasons }) => count + reasons.filter((code) => code === 0).length, 0);
      const beforeStore = performance.now();
      await parts.readSubjects(
        store,
        { ...moment, kind: 'user', features: stored, inputs: [], activeSinceMs: 0 },
        () => {},
      );
      storeRounds.push(secondsSince(beforeStore));
    }
  } finally {
    await refresher.close();
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
