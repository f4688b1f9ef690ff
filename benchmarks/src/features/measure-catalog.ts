import { FEATURES } from '@tidemark/analytics/features';
import { type EngineProcess, startEngine } from '../process/start-engine.js';
import { loadFeatureParts } from './collector-parts.js';
import { compareSeeds } from './compare-seeds.js';
import { timeRefresh } from './time-refresh.js';

const AS_OF_MS = Date.UTC(2026, 2, 1);
/** Ten each: the median user of a month, and a million events in all. */
const EVENTS_PER_USER = 10;

/** The store against the oracle, seed by seed, then how long a refresh of all users takes; in a store of its own. */
export async function measureCatalog(
  directory: string,
  { seeds, users }: { readonly seeds: number; readonly users: number },
  say: (text: string) => void,
) {
  const parts = await loadFeatureParts();
  const engine = await startEngine(directory);
  const store = parts.connectStore(() => engine, engine.database);
  try {
    await parts.applyMigrations(store);
    await dropViews(engine);
    const differential = await compareSeeds(parts, store, seeds, say);
    say(
      `${differential.differentialSeeds} seeds: ${differential.compared} values and reasons compared, ${differential.differentialFailures} seeds differ`,
    );
    const plan = { users, eventsPerUser: EVENTS_PER_USER, asOfMs: AS_OF_MS };
    const refresh = await timeRefresh(parts, store, engine, plan);
    say(
      `${refresh.subjects} users, ${refresh.events} events: refreshed in ${refresh.refreshSeconds} s (${refresh.refreshRounds.join(', ')}), of which SQL alone ${refresh.storeSeconds} s; population in ${refresh.populationSeconds} s`,
    );
    return { features: FEATURES.length, ...refresh, ...differential };
  } finally {
    await store.close();
    await engine.close();
  }
}

/** What a load costs with the schema's views is measured elsewhere; here they would be most of the work. */
async function dropViews(engine: EngineProcess): Promise<void> {
  const views = await engine.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%_view'",
  );
  for (const { name } of views) await engine.run(`DROP VIEW ${name}`);
}
