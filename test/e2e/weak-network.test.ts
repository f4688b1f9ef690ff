import { beforeAll, describe, expect, it } from 'vitest';
import { judgeRuns, planRuns, playRuns, type ScenarioOutcome } from '../../benchmarks/src/sdk/run-scenarios.js';
import { SCENARIOS } from '../../benchmarks/src/sdk/scenarios/all.js';
import { withWorld } from '../../benchmarks/src/sdk/world.js';
import { CHROMIUM } from './chromium.js';

/*
 * The scenarios of `pnpm bench sdk`, against the collector and the script tag as built, which `npm test` does before.
 * They mostly wait, so they are played together, and each is judged by itself.
 */
const SEEDS = [1, 2, 3, 4, 5];
const WITHIN_MS = 8 * 60_000;
const AT_A_TIME = 10;
const runs = planRuns(SCENARIOS, SEEDS);

describe.skipIf(!CHROMIUM)('the script tag on bad networks and in crashes', () => {
  let outcomes: readonly ScenarioOutcome[] = [];

  beforeAll(async () => {
    outcomes = await withWorld(async (world) => {
      const played = await playRuns(world, runs, AT_A_TIME, () => undefined);
      return await world.readStore((tables) => judgeRuns(tables, played));
    });
  }, WITHIN_MS);

  it.for(runs.map(({ scenario, seed }) => ({ name: scenario.name, seed })))(
    'loses nothing and stores nothing twice: $name, seed $seed',
    ({ name, seed }, { skip }) => {
      const outcome = outcomes.find((one) => one.name === name && one.seed === seed);
      if (outcome?.skipped !== undefined) skip(outcome.skipped);
      // What the pages told of themselves says whether a missing event is lost, or still with them.
      expect(outcome, JSON.stringify(outcome)).toMatchObject({ lost: 0, duplicatedInStore: 0 });
      expect(outcome).not.toHaveProperty('fault');
      expect(outcome?.stored).toBeGreaterThan(0);
    },
  );
});
