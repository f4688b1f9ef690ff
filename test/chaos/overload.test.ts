import { describe, expect, it } from 'vitest';
import { runOverload } from '../../benchmarks/src/chaos/overload.js';
import { runSigterm } from '../../benchmarks/src/chaos/sigterm.js';
import { runSlowloris } from '../../benchmarks/src/chaos/slowloris.js';

/*
 * Short forms against the collector as built. The figures need a quiet machine: `pnpm chaos overload`, `pnpm chaos
 * slowloris`, `pnpm chaos sigterm --n 50`.
 */
const onProgress = () => undefined;

describe('a collector that is asked for too much', () => {
  it('loses nothing that it acknowledged under ten times its load, and its memory has a bound', async () => {
    const result = await runOverload({ n: 1, seed: 20_261_128, onProgress });
    expect(result).toMatchObject({ lost: 0, duplicated: 0, aggregatesEqual: true, orphans: 0 });
    expect(result.acked).toBeGreaterThan(0);
    expect(Object.keys(result.refused).filter((status) => status !== '503')).toEqual([]);
    expect(result.memoryGrowthMiB).toBeLessThan(256);
  });

  it('cuts off clients that do not get on, while good ones are served', async () => {
    const result = await runSlowloris({ n: 1, seed: 20_261_129, onProgress });
    expect(result).toMatchObject({ lost: 0, duplicated: 0, aggregatesEqual: true, faults: [] });
    expect(result.cut).toEqual(result.slow);
    expect(result.goodEvents).toBeGreaterThan(0);
  });

  it('ends with 0 whenever it is asked to, and keeps what it acknowledged', async () => {
    const result = await runSigterm({ n: 2, seed: 20_261_130, onProgress });
    expect(result).toMatchObject({ lost: 0, duplicated: 0, aggregatesEqual: true, faults: [], exits: { 0: 2 } });
    expect(result.acked).toBeGreaterThan(0);
  });
});
