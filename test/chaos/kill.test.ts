import { describe, expect, it } from 'vitest';
import { runKill } from '../../benchmarks/src/chaos/kill.js';
import { runKillEngine } from '../../benchmarks/src/chaos/kill-engine.js';

/*
 * Against the collector as built, which `npm test` does before; alone: `pnpm build` first. More kills and other seeds:
 * `pnpm chaos kill --n 500`.
 */
const KILLS = 25;
const ENGINE_KILLS = 3;
const WITHIN_MS = 600_000;
const onProgress = () => undefined;

describe('a collector under SIGKILL', () => {
  it(
    'loses nothing that it acknowledged and counts nothing twice',
    async () => {
      const result = await runKill({ n: KILLS, seed: 20_260_701, onProgress });
      expect(result).toMatchObject({ kills: KILLS, lost: 0, duplicated: 0, aggregatesEqual: true, orphans: 0 });
      expect(result.acked).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  it('goes on acknowledging while its engine is dead, and catches up', async () => {
    const result = await runKillEngine({ n: ENGINE_KILLS, seed: 20_260_702, onProgress });
    expect(result).toMatchObject({ kills: ENGINE_KILLS, lost: 0, duplicated: 0, aggregatesEqual: true, orphans: 0 });
    expect(result.ackedWithoutEngine).toBeGreaterThan(0);
  });
});
