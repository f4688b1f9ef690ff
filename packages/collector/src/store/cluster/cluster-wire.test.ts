import { expect, it, onTestFinished } from 'vitest';
import { listenAsNode } from '../../../../../test/fixtures/listen-as-node.js';
import { EVENTS_LAYOUT } from '../../../../../test/fixtures/store-rows.js';
import { connectStore, type StoreCluster } from '../connect.js';
import { loadRows } from '../load-rows.js';
import { applyMigrations, LEDGER_STEP, MIGRATIONS } from '../migrations/apply-migrations.js';
import { clusterMigrations } from './cluster-ddl.js';

async function openNode(cluster: StoreCluster | undefined) {
  const { url, sent } = await listenAsNode();
  const address = { url, user: 'u', password: 'p' };
  const store = connectStore(() => address, 'tidemark', cluster);
  onTestFinished(() => store.close());
  return { store, sent };
}

it('sends a cluster its own schema, every statement in the way of a cluster', async () => {
  const { store, sent } = await openNode({ name: 'main', insertQuorum: 2 });
  expect(await applyMigrations(store)).toEqual(MIGRATIONS.map(({ number }) => number));
  const steps = clusterMigrations([LEDGER_STEP, ...MIGRATIONS], { cluster: 'main', database: 'tidemark' });
  const schema = sent.filter(({ query }) => !/^SELECT|schema_migrations SELECT/.test(query));
  expect(schema.map(({ query }) => query.trim())).toEqual(
    steps.flatMap(({ statements }) => statements.map((statement) => statement.trim())),
  );
  for (const { settings } of sent) {
    expect(settings).toMatchObject({ database: 'tidemark', distributed_ddl_output_mode: 'throw', insert_quorum: '2' });
  }
});

it('loads into the shards before it is answered, by a token, and knows nothing of shards on one server', async () => {
  const cluster = await openNode({ name: 'main', insertQuorum: 'auto' });
  await loadRows(cluster.store, EVENTS_LAYOUT, [Buffer.from('rows')]);
  expect(cluster.sent).toHaveLength(1);
  expect(cluster.sent[0]?.query).toMatch(/^INSERT INTO events \(/);
  expect(cluster.sent[0]?.settings).toMatchObject({
    distributed_foreground_insert: '1',
    insert_quorum: 'auto',
    insert_deduplication_token: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const server = await openNode(undefined);
  await loadRows(server.store, EVENTS_LAYOUT, [Buffer.from('rows')]);
  expect(Object.keys(server.sent[0]?.settings ?? {}).filter((name) => /quorum|distributed/.test(name))).toEqual([]);
});
