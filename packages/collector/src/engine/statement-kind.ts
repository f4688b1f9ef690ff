/** What a statement needs: a reader may run beside others, a change goes through the one writer, in order. */
export type Statement =
  | { readonly kind: 'read' }
  | {
      readonly kind: 'insert';
      readonly table: string;
      readonly columns: readonly string[];
      readonly format: string;
      /** Name of the file that holds the data; undefined when the body does. */
      readonly file: string | undefined;
    }
  | { readonly kind: 'change' };

const READ = /^\s*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b/i;
/** A file is a bare name: there is no way from it to a folder. */
const INSERT_OF_DATA =
  /^\s*INSERT\s+INTO\s+([A-Za-z0-9_.`]+)\s*(?:\(([^)]*)\))?\s*(?:FROM\s+INFILE\s+'([A-Za-z0-9-]+\.spool)'\s*)?FORMAT\s+([A-Za-z0-9]+)\s*;?\s*$/i;

export function statementKind(sql: string): Statement {
  if (READ.test(sql)) return { kind: 'read' };
  const insert = INSERT_OF_DATA.exec(sql);
  if (!insert) return { kind: 'change' };
  const [, table = '', columns = '', file, format = ''] = insert;
  return {
    kind: 'insert',
    table,
    columns: columns
      .split(',')
      .map((name) => name.replaceAll('`', '').trim())
      .filter(Boolean),
    format,
    file,
  };
}
