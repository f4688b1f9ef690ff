import { describe, expect, it } from 'vitest';
import { faultOfText, faultOfTree } from './check-statement.js';

const FACTS = {
  tableFunctions: ['file', 'url', 'numbers'],
  database: 'tidemark',
  databaseEngine: 'Atomic',
  databases: ['default', 'system', 'tidemark'],
};
const treeOf = (...lines: readonly string[]) => faultOfTree(['SelectWithUnionQuery (children 1)', ...lines], FACTS);

describe('a statement of the operator', () => {
  it.each([
    'SELECT 1',
    ' with 1 AS x SELECT x',
    'SELECT count()\nFROM events -- all of them',
    'SELECT formatDateTime(now(), 1)',
  ])('may be %j', (sql) => {
    expect(faultOfText(sql)).toBeUndefined();
  });

  it.each([
    'DROP TABLE events',
    '',
    'SELECTED',
    'SELECT 1; DROP TABLE events',
    "SELECT ';'",
    'SELECT 1;',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    'SELECT 1 iNtO oUtFiLe x',
    'SELECT \0',
    'SELECT 1 FORMAT CSV',
    'SELECT 1 format/**/Null',
    '/* */ SELECT 1',
  ])('is not %j, without a parser being asked', (sql) => {
    expect(faultOfText(sql)).toMatch(/\.$/);
  });

  it('reads tables of its own database and some of the system, by the tree that the engine makes', () => {
    expect(treeOf('   TableIdentifier events', '   TableIdentifier tidemark.events (alias e)')).toBeUndefined();
    expect(treeOf('   TableIdentifier system.columns', '   Function count (children 1)')).toBeUndefined();
    expect(
      treeOf(
        '   Identifier e.page (alias p)',
        '   Identifier system.columns.name',
        '   Function file_name (children 1)',
      ),
    ).toBeUndefined();
  });

  it.each([
    '   TableIdentifier default./etc/passwd',
    '   TableIdentifier default.passwd (alias t)',
    '   TableIdentifier a.csv',
    '   TableIdentifier system.zookeeper',
    '   Identifier default.passwd',
    '   Identifier system.zookeeper (alias z)',
    '   Identifier /etc/passwd (alias x)',
    '   Function file (children 1)',
    '   Function FILE (alias f) (children 1)',
    '   Function url (children 2)',
    '   Function sleepEachRow (children 1)',
    '   Function viewExplain',
    '   Set',
  ])('is refused for the node %j', (line) => {
    expect(treeOf(line)).toMatch(/\.$/);
  });

  it('is refused when it is none, or when its database is one that reads files', () => {
    expect(faultOfTree(['DropQuery events'], FACTS)).toMatch(/SELECT or WITH/);
    expect(faultOfTree([], FACTS)).toMatch(/SELECT or WITH/);
    expect(faultOfTree(['SelectWithUnionQuery'], { ...FACTS, databaseEngine: 'Overlay' })).toMatch(/another/);
  });
});
