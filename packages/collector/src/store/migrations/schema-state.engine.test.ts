import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmptyEngine } from '../../../../../test/fixtures/start-engine.js';
import type { StoreConnection } from '../connect.js';
import { applyMigrations, MIGRATIONS } from './apply-migrations.js';
import { readSchemaState } from './schema-state.js';

async function emptyStore(): Promise<StoreConnection> {
  const test = await startEmptyEngine();
  onTestFinished(() => test.close());
  return test.store;
}

describe('the state of a schema', () => {
  it('is the same for a fresh install and for one that was killed behind any statement of its upgrade', async () => {
    const fresh = await emptyStore();
    const before = await readSchemaState(fresh);
    expect(before).toMatchObject({ applied: [], foreign: [] });
    expect(before.pending).toEqual(MIGRATIONS);
    await applyMigrations(fresh);
    const whole = await readSchemaState(fresh);
    expect(whole).toMatchObject({ applied: MIGRATIONS.map(({ number }) => number), pending: [], foreign: [] });
    expect(whole.schemaHash).not.toBe(before.schemaHash);

    const upgraded = await emptyStore();
    for (const [at, migration] of MIGRATIONS.entries()) {
      const earlier = MIGRATIONS.slice(0, at);
      // Killed behind each statement in turn: the next start runs what it had run, and one statement more.
      for (let cut = 1; cut <= migration.statements.length; cut++) {
        const short = { ...migration, statements: [...migration.statements.slice(0, cut), 'KILLED HERE'] };
        await expect(applyMigrations(upgraded, [...earlier, short])).rejects.toThrow(`statement ${cut + 1}`);
        const state = await readSchemaState(upgraded);
        expect(state.pending[0]?.number).toBe(migration.number);
      }
      expect(await applyMigrations(upgraded, MIGRATIONS.slice(0, at + 1))).toEqual([migration.number]);
    }
    expect(await applyMigrations(upgraded)).toEqual([]);
    expect((await readSchemaState(upgraded)).schemaHash).toBe(whole.schemaHash);
  });

  it('is another when a column, a setting or a view is, and names what a newer release did', async () => {
    const store = await emptyStore();
    await applyMigrations(store);
    const hashes = [(await readSchemaState(store)).schemaHash];
    for (const query of [
      'ALTER TABLE aliases ADD COLUMN more UInt8',
      'ALTER TABLE aliases MODIFY SETTING old_parts_lifetime = 7',
      'DROP VIEW aliases_view',
      "INSERT INTO schema_migrations SELECT 999, 'later', now64(3)",
    ]) {
      await store.client().command({ query });
      hashes.push((await readSchemaState(store)).schemaHash);
    }
    expect(new Set(hashes.slice(0, 4)).size).toBe(4);
    expect(hashes[4]).toBe(hashes[3]);
    expect((await readSchemaState(store)).foreign).toEqual([999]);
  });
});
