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
    "INSERT INTO t FROM INFILE '../a.spool' FORMAT RowBinary",
    "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT RowBinary",
    'ALTER TABLE t DELETE WHERE 1',
    '',
  ])('takes all else for a change: %j', (sql) => {
    expect(statementKind(sql)).toEqual({ kind: 'change' });
  });

  it.each([
    ['INSERT INTO events FORMAT RowBinary', 'events', [], 'RowBinary', undefined],
    ['insert into db.`t` (`a`, b ,c) format JSONEachRow ;\n', 'db.`t`', ['a', 'b', 'c'], 'JSONEachRow', undefined],
    ["INSERT INTO t (a) FROM INFILE 'a-1.spool' FORMAT RowBinary", 't', ['a'], 'RowBinary', 'a-1.spool'],
  ])('reads what an INSERT of data is for: %j', (sql, table, columns, format, file) => {
    expect(statementKind(sql)).toEqual({ kind: 'insert', table, columns, format, file });
  });
});
