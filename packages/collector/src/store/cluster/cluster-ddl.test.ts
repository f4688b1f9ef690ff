import { describe, expect, it } from 'vitest';
import { LEDGER_STEP, MIGRATIONS } from '../migrations/apply-migrations.js';
import { clusterMigrations, deletionTarget } from './cluster-ddl.js';
import { clusterSettings } from './cluster-settings.js';

const NAMES = { cluster: 'main', database: 'tidemark' };
const STATEMENTS = clusterMigrations([LEDGER_STEP, ...MIGRATIONS], NAMES).flatMap(({ statements }) => statements);
const made = (pattern: RegExp) => STATEMENTS.map((statement) => pattern.exec(statement)?.[1]).filter((name) => name);

describe('the schema of a cluster', () => {
  it('is the one that lies beside this test, statement by statement', async () => {
    const text = STATEMENTS.map((statement) => `${statement.trim()};\n`).join('\n');
    await expect(text).toMatchFileSnapshot('cluster-ddl.golden.sql');
  });

  it('makes every table replicated, on all nodes, and no statement of the schema on one node alone', () => {
    const plain = MIGRATIONS.flatMap(({ statements }) => statements);
    for (const statement of STATEMENTS) {
      if (/^\s*INSERT /.test(statement)) continue;
      expect(statement).toContain(' ON CLUSTER main');
      const engine = /ENGINE = (\w+)/.exec(statement)?.[1];
      if (engine !== undefined) expect(engine).toMatch(/^Replicated\w*MergeTree$|^Distributed$/);
      expect(statement).not.toContain('non_replicated');
    }
    expect(STATEMENTS.filter((statement) => /^\s*INSERT /.test(statement))).toEqual(
      plain.filter((statement) => /^\s*INSERT /.test(statement)),
    );
  });

  it('shards what grows with the events and keeps the rest whole on every node', () => {
    const distributed = made(/^CREATE TABLE IF NOT EXISTS (\w+) ON CLUSTER main AS/);
    expect(distributed).toEqual(expect.arrayContaining(['events', 'rejected', 'sessions', 'page_stats', 'loads']));
    for (const whole of ['workspaces', 'api_keys', 'audit_log', 'collectors', 'schema_migrations']) {
      expect(distributed).not.toContain(whole);
      const statement = STATEMENTS.find((one) => one.startsWith(`CREATE TABLE IF NOT EXISTS ${whole} `));
      expect(statement).toContain("('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}'");
    }
    for (const table of distributed) {
      const local = STATEMENTS.find((one) => one.startsWith(`CREATE TABLE IF NOT EXISTS ${table}_local ON CLUSTER`));
      expect(local).toContain("('/clickhouse/tables/{shard}/{database}/{table}', '{replica}'");
    }
    const events = STATEMENTS.find((one) => one.startsWith('CREATE TABLE IF NOT EXISTS events ON CLUSTER'));
    expect(events).toMatch(
      /Distributed\('main', 'tidemark', 'events_local', cityHash64\(workspace_id, visitor_id\)\)$/,
    );
  });

  it('fills each view from the rows of its own shard into that shard', () => {
    const views = STATEMENTS.filter((one) => one.startsWith('CREATE MATERIALIZED VIEW'));
    expect(views.length).toBeGreaterThan(7);
    for (const view of views) {
      expect(view).toMatch(/ON CLUSTER main TO \w+_local AS/);
      expect(view.match(/\bFROM \w+/g)).toEqual(['FROM events_local']);
    }
  });

  it('changes how rows are kept only where they are: a distributed table has no such setting', () => {
    expect(made(/^ALTER TABLE (\w+) ON CLUSTER main MODIFY SETTING /)).toEqual(['events_local']);
  });

  it('changes the table of the shards before the one that stands for them', () => {
    const altered = made(/^ALTER TABLE (\w+) ON CLUSTER main/);
    expect(altered.slice(0, 4)).toEqual(['events_local', 'events', 'events_local', 'events']);
    expect(made(/^DROP TABLE IF EXISTS (\w+) ON CLUSTER main SYNC$/).slice(0, 2)).toEqual([
      'transitions',
      'transitions_local',
    ]);
  });

  it('refuses a statement of a form that it was not taught, rather than run it on one node', () => {
    const derive = (statement: string) =>
      clusterMigrations([{ number: 99, name: 'new', statements: [statement] }], NAMES);
    expect(() => derive('RENAME TABLE a TO b')).toThrow(/cannot be derived for a cluster: RENAME TABLE a TO b/);
    expect(() => derive('CREATE TABLE a (x UInt8) ENGINE = Memory')).toThrow(/cannot be derived/);
    expect(() => derive('DELETE FROM events WHERE 1')).toThrow(/cannot be derived/);
  });
});

it('deletes from the tables of the shards, on all nodes', () => {
  expect(deletionTarget(NAMES, 'rejected')).toBe('rejected_local ON CLUSTER main');
  expect(deletionTarget(undefined, 'rejected')).toBe('rejected');
});

it('waits for as many replicas as were asked for, and sends no quorum otherwise', () => {
  expect(clusterSettings(0)).not.toHaveProperty('insert_quorum');
  expect(clusterSettings(2).insert_quorum).toBe('2');
  expect(clusterSettings('auto').insert_quorum).toBe('auto');
});
