/** Why a statement is not run; a sentence that says what to do. */
export type StatementFault = string;

/** What an engine answers of itself that a check needs. */
export interface EngineFacts {
  /** Lower case. */
  readonly tableFunctions: readonly string[];
  /** Ours, and its engine. */
  readonly database: string;
  readonly databaseEngine: string;
  /** All that there are. */
  readonly databases: readonly string[];
}

const OPENING = /^\s*(?:SELECT|WITH)\b/i;

/**
 * The rules that need no parser, and hold in texts and comments as well: nothing that could be read in two ways is handed to
 * an engine that runs every statement of what it is given.
 */
export function faultOfText(sql: string): StatementFault | undefined {
  if (!OPENING.test(sql)) return 'A statement begins with SELECT or WITH.';
  if (sql.includes(';')) return 'One statement, without a semicolon; char(59) is one in a text.';
  if (/outfile/i.test(sql)) return 'Nothing is written to a file; use the answer.';
  // It would hold for the tree that a statement is judged by.
  if (/\bformat\b/i.test(sql)) return 'Leave FORMAT out; --json is one.';
  if (sql.includes('\0')) return 'A statement holds no NUL.';
  return undefined;
}

/** Tables of the engine's own that tell about ours. Others read what lies elsewhere: a coordinator, a certificate. */
const SYSTEM_TABLES = new Set(
  'columns databases data_skipping_indices functions merges mutations numbers one parts parts_columns settings tables'.split(
    ' ',
  ),
);

/** Functions that read a file, keep a thread, or run what is not SQL. */
const FUNCTIONS = new Set(['catboostevaluate', 'sleep', 'sleepeachrow', 'showcertificate', 'viewexplain', 'file']);

const NODE = /^\s*(\w+)(?: (.*?))?(?: \(alias .*)?(?: \(children \d+\))?$/;

/**
 * Judges the tree that the engine itself makes of a statement (`EXPLAIN AST`), line by line: what may be read is our tables
 * and some of the engine's own. A quoted name may be a path to it, and a function a table.
 */
export function faultOfTree(lines: readonly string[], facts: EngineFacts): StatementFault | undefined {
  if (facts.databaseEngine === 'Overlay')
    return 'The database of this name reads files; give the collector another one.';
  if (!/^Select/.test(lines[0] ?? '')) return 'A statement begins with SELECT or WITH.';
  for (const line of lines) {
    const [, kind = '', name = ''] = NODE.exec(line) ?? [];
    const fault = faultOfNode(kind, name, facts);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfNode(kind: string, name: string, facts: EngineFacts): StatementFault | undefined {
  switch (kind) {
    case 'Set':
      return 'Settings and limits are set by the collector; leave SETTINGS out.';
    case 'Function': {
      const called = name.toLowerCase();
      if (!facts.tableFunctions.includes(called) && !FUNCTIONS.has(called)) return undefined;
      return `${name.slice(0, 64)}() may read what is not in the tables; it is not available here.`;
    }
    case 'TableIdentifier':
      return mayBeRead(name, facts.database) ? undefined : notReadable('table', name);
    case 'Identifier':
      return mayBeNamed(name, facts) ? undefined : notReadable('table or column', name);
    default:
      return undefined;
  }
}

function notReadable(what: string, name: string): StatementFault {
  return `There is no ${what} ${name.slice(0, 64)} that can be read here.`;
}

function mayBeRead(name: string, database: string): boolean {
  const [, owner = database, table = ''] = /^(?:(\w+)\.)?(\w+)$/.exec(name) ?? [];
  if (table === '') return false;
  return owner === database || (owner === 'system' && SYSTEM_TABLES.has(table));
}

/** A column, or what stands on the right side of IN, which may be a table. */
function mayBeNamed(name: string, { database, databases }: EngineFacts): boolean {
  if (name.includes('/')) return false;
  const [owner = '', table = ''] = name.split('.');
  return owner === database || !databases.includes(owner) || (owner === 'system' && SYSTEM_TABLES.has(table));
}
