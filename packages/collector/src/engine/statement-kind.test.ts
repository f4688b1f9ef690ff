import { describe, expect, it } from 'vitest';
import { statementKind } from './statement-kind.js';

describe('statementKind', () => {
  it.each(['SELECT 1', '\n  with x AS (SELECT 1) SELECT x', 'SHOW TABLES', 'DESC t', 'EXPLAIN SELECT 1', 'EXISTS t'])(
    'knows a query: %j',
    (sql) => {
      expect(statementKind(sql)).toEqual({ kind: 'read' });
    },
  );

  it.each([
    'CREATE TABLE t (a String)',
    'INSERT INTO t SELECT 1',
    'INSERT INTO t VALUES (1)',
    'INSERT INTO t (a) SELECT 1 FORMAT RowBinary SETTINGS x = 1',
    'SELECTED',
    'ALTER TABLE t DELETE WHERE 1',
    '',
  ])('takes all else for a change: %j', (sql) => {
    expect(statementKind(sql)).toEqual({ kind: 'change' });
  });

  it.each([
    ['INSERT INTO events FORMAT RowBinary', 'events', [], 'RowBinary'],
    ['insert into db.`t` (`a`, b ,c) format JSONEachRow ;\n', 'db.`t`', ['a', 'b', 'c'], 'JSONEachRow'],
  ])('reads what an INSERT with a body is for: %j', (sql, table, columns, format) => {
    expect(statementKind(sql)).toEqual({ kind: 'insert', table, columns, format });
  });
});
