import { describe, expect, it } from 'vitest';
import { runFlags } from '../../benchmarks/src/chaos/flags.js';

/* Against the collector as built, which `npm test` does before. More kills and other seeds: `pnpm chaos flags --n 25`. */
const KILLS = 3;
const WITHIN_MS = 300_000;

describe('the feed of flags under SIGKILL', () => {
  it(
    'tells a listener that comes back of every flag, once, though another never reads',
    async () => {
      const result = await runFlags({ n: KILLS, seed: 20_260_703, onProgress: () => undefined });
      expect(result).toMatchObject({ kills: KILLS, missed: 0, doubled: 0 });
      expect(result.expected).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );
});
