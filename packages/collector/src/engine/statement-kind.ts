/** What a statement needs: a reader may run beside others, a change goes through the one writer, in order. */
export type Statement =
  | { readonly kind: 'read' }
  | { readonly kind: 'insert'; readonly table: string; readonly columns: readonly string[]; readonly format: string }
  | { readonly kind: 'change' };

const READ = /^\s*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b/i;
const INSERT_WITH_BODY = /^\s*INSERT\s+INTO\s+([A-Za-z0-9_.`]+)\s*(?:\(([^)]*)\))?\s*FORMAT\s+([A-Za-z0-9]+)\s*;?\s*$/i;

export function statementKind(sql: string): Statement {
  if (READ.test(sql)) return { kind: 'read' };
  const insert = INSERT_WITH_BODY.exec(sql);
  if (!insert) return { kind: 'change' };
  const [, table = '', columns = '', format = ''] = insert;
  return {
    kind: 'insert',
    table,
    columns: columns
      .split(',')
      .map((name) => name.replaceAll('`', '').trim())
      .filter(Boolean),
    format,
  };
}
