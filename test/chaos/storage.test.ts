import { describe, expect, it } from 'vitest';
import { damageSegment } from '../../benchmarks/src/chaos/damage-segment.js';
import { isGoodDiskFull, runDiskFull } from '../../benchmarks/src/chaos/disk-full.js';
import { OPERATIONS } from '../../benchmarks/src/chaos/failing-file-system.js';
import { playAllFailures } from '../../benchmarks/src/chaos/play-all-failures.js';
import { isGoodPoison, runPoison } from '../../benchmarks/src/chaos/poison.js';
import { whyNoSmallDisk } from '../../benchmarks/src/chaos/small-disk.js';
import { isGoodStoreDown, runStoreDown } from '../../benchmarks/src/chaos/store-down.js';
import { createRandom } from '../../benchmarks/src/load/random.js';

/*
 * Short forms, against the collector as built; `pnpm chaos wal|nth-failure|disk-full|store-down|poison` are the long ones.
 */
const plan = (n: number) => ({ n, seed: 20_260_703, onProgress: () => undefined });
const noSmallDisk = await whyNoSmallDisk();

describe('a WAL', () => {
  it('starts with any bit of a segment flipped and with its end cut anywhere, and loses nothing that was good', async () => {
    const { cuts, flips, acked, ...damage } = await damageSegment(createRandom(plan(1).seed));
    expect(damage).toMatchObject({ failedStarts: 0, lost: 0, duplicated: 0 });
    expect(Math.min(cuts, flips, acked)).toBeGreaterThan(100);
  });

  it('loses and doubles nothing whichever call of the file system fails, with a crash behind every answer', async () => {
    const { plays, failed, ...result } = await playAllFailures(plan(1));
    expect(result).toMatchObject({ stuck: 0, lost: 0, duplicated: 0 });
    const never = OPERATIONS.filter((operation) => !failed[operation]);
    expect(never).toEqual(['truncate']); // nothing is cut until something has failed: it fails together with others
    expect(plays).toBeGreaterThan(100);
  });
});

describe('a collector', () => {
  it('goes on acknowledging while the store is away, and delivers once when answers are lost or say 503', async () => {
    const result = await runStoreDown(plan(3));
    expect(result).toSatisfy(isGoodStoreDown);
  });

  it('takes what is good around rows that the store refuses, killed or not, and those too once it is mended', async () => {
    const result = await runPoison(plan(1));
    expect(result).toSatisfy(isGoodPoison);
  });

  it.skipIf(noSmallDisk)('says 503 before the disk is full, goes on loading, and is back within 5 s', async () => {
    const result = await runDiskFull(plan(1));
    expect(result).toSatisfy(isGoodDiskFull);
  });
});
