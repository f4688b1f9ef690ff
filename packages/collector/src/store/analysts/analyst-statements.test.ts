import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/apply-migrations.js';
import { ANALYST_TABLES, analystStatements } from './analyst-statements.js';

const HASH = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
const BANK = { workspaceId: 'bank-1', passwordSha256: HASH };
const CLUSTER = { database: 'tidemark', cluster: { cluster: 'main', database: 'tidemark' } };
const textOf = (statements: readonly string[]) => statements.map((statement) => `${statement};\n`).join('');

describe('the analysts of a server', () => {
  it('are the statements that lie beside this test, on one server and on a cluster', async () => {
    const server = textOf(analystStatements({ database: 'tidemark' }, [BANK]));
    await expect(server).toMatchFileSnapshot('analysts.golden.sql');
    await expect(textOf(analystStatements(CLUSTER, [BANK]))).toMatchFileSnapshot('analysts-cluster.golden.sql');
  });

  it('leaves every table that a policy is put on readable for the collector, before that policy is there', () => {
    const statements = analystStatements(CLUSTER, [BANK]);
    const policies = statements.filter((one) => one.startsWith('CREATE ROW POLICY'));
    const tableOf = (statement: string) => / ON tidemark\.(\w+) /.exec(statement)?.[1];
    const [open, own] = [policies.slice(0, policies.length / 2), policies.slice(policies.length / 2)];
    for (const statement of open) expect(statement).toMatch(/ USING 1 TO CURRENT_USER$/);
    for (const statement of own) expect(statement).toMatch(/ USING workspace_id = 'bank-1' TO `tidemark_bank-1`$/);
    expect(open.map(tableOf)).toEqual(own.map(tableOf));
    expect(new Set(own.map(tableOf)).size).toBe(2 * ANALYST_TABLES.length);
  });

  it('grants nothing but the views and the tables behind them, after everything else was taken away', () => {
    const statements = analystStatements({ database: 'tidemark' }, [BANK]);
    const grants = statements.filter((one) => one.startsWith('GRANT'));
    expect(grants).toEqual([
      'GRANT SELECT ON `tidemark__bank-1`.* TO `tidemark_bank-1`',
      ...ANALYST_TABLES.map((table) => `GRANT SELECT ON tidemark.${table} TO \`tidemark_bank-1\``),
    ]);
    const revoked = statements.indexOf('REVOKE SOURCES ON *.* FROM `tidemark_bank-1`');
    expect(revoked).toBeGreaterThan(0);
    expect(statements.indexOf(grants[0] as string)).toBeGreaterThan(revoked); // there are ten
  });

  it('shows tables that exist, each with the workspace its rows belong to', () => {
    const schema = MIGRATIONS.flatMap(({ statements }) => statements);
    for (const table of ANALYST_TABLES) {
      expect(
        schema.some((one) => new RegExp(`CREATE TABLE IF NOT EXISTS ${table} \\(\\s*workspace_id String`).test(one)),
      ).toBe(true);
    }
  });

  it.each(["a'; DROP TABLE events --", 'a`b', 'A', '', '../x', 'a\n'])('puts %j into no statement', (workspaceId) => {
    expect(() => analystStatements({ database: 'tidemark' }, [{ ...BANK, workspaceId }])).toThrow(TypeError);
  });

  it.each(['secret', "' OR 1", HASH.toUpperCase()])('takes %j for no hash', (passwordSha256) => {
    expect(() => analystStatements({ database: 'tidemark' }, [{ ...BANK, passwordSha256 }])).toThrow(TypeError);
  });
});
