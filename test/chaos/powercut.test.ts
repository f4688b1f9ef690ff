import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runPowerCut } from '../../benchmarks/src/chaos/powercut.js';
import { openLoopDisk, whyNoLoopDisk } from '../../benchmarks/src/process/loop-disk.js';
import { superviseEngine } from '../../packages/collector/src/engine/supervise-engine.js';
import { createLogger } from '../../packages/collector/src/observe/logger.js';
import { connectStore } from '../../packages/collector/src/store/connect.js';
import { createRowEncoder } from '../../packages/collector/src/store/encode-rows.js';
import { loadRows } from '../../packages/collector/src/store/load-rows.js';
import { applyMigrations } from '../../packages/collector/src/store/migrations/apply-migrations.js';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { engineCommandFromSource } from '../fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow } from '../fixtures/store-rows.js';

/*
 * On a disk of its own whose power can be cut, which takes root. The collector is the one as built: `npm test` does that
 * before; alone: `pnpm build` first. More cuts and other seeds: `pnpm chaos powercut --n 5`.
 */
const unavailable = await whyNoLoopDisk();
if (unavailable !== undefined) console.warn(`SKIPPED: power cuts: ${unavailable}`);

describe.skipIf(unavailable !== undefined)('when the power is cut', () => {
  it('nothing acknowledged is lost or counted twice', async () => {
    const result = await runPowerCut({ kills: 1, seed: 20_260_703, onProgress: () => undefined });
    expect(result).toMatchObject({ kills: 1, lost: 0, duplicated: 0, aggregatesEqual: true, orphans: 0 });
    expect(result.acked).toBeGreaterThan(0);
  });

  it('the engine still knows which loads it has taken', async () => {
    const disk = await openLoopDisk();
    onTestFinished(disk.close);
    const rows = createRowEncoder().events(batchRow(1, 1), [
      eventRow(1, { type: 'page_view', page: '/' }),
      eventRow(2, { type: 'custom', name: 'a' }),
    ]);

    async function withStore<T>(work: (life: Awaited<ReturnType<typeof start>>) => Promise<T>): Promise<T> {
      const life = await start(join(disk.path, 'engine'));
      return work(life).finally(life.stop);
    }
    await withStore(async ({ store, kill }) => {
      await applyMigrations(store);
      await loadRows(store, EVENTS_LAYOUT, [rows]);
      await disk.cutPower();
      kill();
    });
    await disk.remount();
    await withStore(async ({ store }) => {
      await loadRows(store, EVENTS_LAYOUT, [rows]); // its segment lies in the WAL still
      expect(await queryRows(store, 'SELECT count() AS n FROM events', {})).toEqual([{ n: 2 }]);
      expect(await queryRows(store, 'SELECT sum(events) AS n FROM sessions', {})).toEqual([{ n: 2 }]);
      expect(await queryRows(store, 'SELECT sum(views) AS n FROM page_stats', {})).toEqual([{ n: 1 }]);
    });
  });
});

async function start(directory: string) {
  const engine = superviseEngine({
    directory,
    database: 'tidemark',
    command: engineCommandFromSource(),
    logger: createLogger('silent'),
  });
  await engine.ready();
  const store = connectStore(engine.address, 'tidemark');
  return {
    store,
    kill: () => process.kill(engine.pid() as number, 'SIGKILL'), // it is ready, so it runs
    async stop() {
      await store.close();
      await engine.stop();
    },
  };
}
