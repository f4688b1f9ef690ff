import type { Command } from 'commander';
import type { SqlAnswer } from '../store/operator/run-statement.js';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';

/** `tidemark sql`: the tables of the running collector, for the operator on its machine. */
export function addSqlCommands(program: Command): void {
  program
    .command('sql')
    .description("run one statement that only reads, over all workspaces (operator's key, on the collector's machine)")
    .argument('<statement>', 'SQL of one query; the tables are in docs/data-dictionary.md')
    .option('--json', 'print columns and rows as one JSON object')
    .action(sqlCommand);
}

async function sqlCommand(sql: string, { json }: { readonly json?: boolean }): Promise<void> {
  const target = await findCollector(process.env, 'admin');
  const request = { method: 'POST', body: JSON.stringify({ sql }) };
  const answer = await askCollector<SqlAnswer>(target, '/v1/admin/sql', request);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : print(answer));
}

function print({ columns, rows, cut }: SqlAnswer): string {
  const table = formatTable(
    columns.map(({ name }) => name),
    rows.map((row) => row.map(cellOf)),
  );
  const more = cut ? ', and there are more: say LIMIT, or ask for less' : '';
  return `${table}\n${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${more}\n`;
}

/** A number as the engine wrote it: an id or a year takes no thousands separators. */
function cellOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
