import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmptyEngine, type TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { analystStatements } from '../analysts/analyst-statements.js';
import { LEDGER_STEP, MIGRATIONS } from '../migrations/apply-migrations.js';
import { clusterMigrations } from './cluster-ddl.js';

const NAMES = { cluster: 'main', database: 'tidemark' };
const ANALYSTS = [{ workspaceId: 'bank-1', passwordSha256: '0'.repeat(64) }];

describe('what a real ClickHouse is told, by the parser of one', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startEmptyEngine();
  });
  afterAll(() => test.close());

  async function parse(statement: string): Promise<string> {
    const { stream } = await test.store.client().exec({ query: `EXPLAIN AST ${statement}` });
    let tree = '';
    for await (const chunk of stream) tree += String(chunk);
    return tree;
  }

  it('understands every statement of the schema of a cluster', async () => {
    const statements = clusterMigrations([LEDGER_STEP, ...MIGRATIONS], NAMES).flatMap((step) => step.statements);
    expect(statements.length).toBeGreaterThan(60);
    for (const statement of statements) expect((await parse(statement)).length).toBeGreaterThan(0);
    await expect(parse((statements[0] as string).replace('ON CLUSTER', 'ON CLUSTRE'))).rejects.toThrow(/Syntax error/);
  });

  it('understands every statement that makes analysts, and refuses to run what the embedded engine has not', async () => {
    const statements = [
      ...analystStatements({ database: 'tidemark' }, ANALYSTS),
      ...analystStatements({ database: 'tidemark', cluster: NAMES }, ANALYSTS),
    ];
    for (const statement of statements) expect((await parse(statement)).length).toBeGreaterThan(0);
    for (const kind of ['CREATE SETTINGS PROFILE', 'CREATE ROW POLICY', 'CREATE USER']) {
      const query = statements.find((one) => one.startsWith(kind)) as string; // each of them is made
      await expect(test.store.client().command({ query })).rejects.toThrow(/Not enough privileges|UNKNOWN_TABLE/);
    }
  });
});
