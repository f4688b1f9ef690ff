import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { layMigratedStore } from '../../../../../test/fixtures/migrated-store.js';
import { inspectStore, startTestCollector } from '../../../../../test/fixtures/start-test-collector.js';
import { connectStore, type StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { keepFormerParts, withoutFormerParts } from './rewrite-parts.js';

/** As an erasure that is killed leaves it. */
const dropAtOnce = (store: StoreConnection, table: string) =>
  store.client().command({
    query: `ALTER TABLE ${table} MODIFY SETTING old_parts_lifetime = 1, finished_mutations_to_keep = 1`,
  });

const dropping = async (store: StoreConnection) =>
  (
    await queryRows<{ name: string }>(
      store,
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '%old_parts_lifetime%' ORDER BY name`,
      {},
    )
  ).map(({ name }) => name);

describe('tables that an erasure has drop their former parts', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-parts-'));
  });
  const close: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const one of close) await one();
  });

  it('keep them again after it, be they left so by another that was killed', async () => {
    await layMigratedStore(join(directory, 'engine'));
    await inspectStore(directory, async (store) => {
      await dropAtOnce(store, 'sessions');
      const during = await withoutFormerParts(store, ['events'], () => dropping(store));
      expect(during).toEqual(['events', 'sessions']);
      expect(await dropping(store)).toEqual([]);
      expect(await keepFormerParts(store)).toEqual([]);
    });
  });

  it('keep them again when the collector starts after it was killed in an erasure', async () => {
    await inspectStore(directory, async (store) => {
      await dropAtOnce(store, 'events');
      await dropAtOnce(store, 'user_days');
      expect(await dropping(store)).toEqual(['events', 'user_days']);
    });
    const test = await startTestCollector(directory);
    close.push(() => test.close());
    await test.collector.storePrepared;
    const store = connectStore(() => test.collector.storeAddress(), 'tidemark');
    close.unshift(() => store.close());
    await vi.waitFor(async () => expect(await dropping(store)).toEqual([]), { timeout: 60_000, interval: 200 });
  });
});
