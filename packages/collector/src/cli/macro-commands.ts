import { MACRO_HOME, type MacroAnswer, type MacroSeriesAsOf, UTC_OFFSET_MINUTES } from '@tidemark/protocol';
import type { Command } from 'commander';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { importMacro, type MacroImport } from './macro/import-macro.js';
import { parseOffsetMinutes } from './parse-settings.js';
import { printable } from './printable.js';

interface MacroImportOptions {
  readonly file: string;
  readonly series?: string;
  readonly source?: string;
  readonly country?: string;
  readonly utcOffsetMinutes: number;
  readonly json?: boolean;
}

interface MacroShowOptions {
  readonly at?: string;
  readonly home: string;
  readonly json?: boolean;
}

/** So many lines are named one by one; the rest are counted, and `--json` names them all. */
const NAMED_MAX = 20;
const DAY_MS = 86_400_000;

/** `tidemark macro`: economic series, in and out. */
export function addMacroCommands(program: Command): void {
  const macro = program.command('macro').description('import economic series, and show what was known of them when');
  macro
    .command('import')
    .description('send a CSV file of published values to the running collector (secret key)')
    .requiredOption('--file <file>', 'columns period_at, known_at, value; series, source, country and revision if any')
    .option('--series <name>', 'of rows that name none')
    .option('--source <name>', 'of rows that name none: who published them')
    .option('--country <code>', 'of rows that name none: whose economy it is, two letters of ISO 3166-1')
    .option(
      '--utc-offset-minutes <minutes>',
      "of the market's zone, for dates without a time",
      parseOffsetMinutes,
      UTC_OFFSET_MINUTES,
    )
    .option('--json', 'print the result as one JSON object')
    .action(importCommand);
  macro
    .command('list')
    .description('all series with the value that holds (read key)')
    .option('--at <time>', 'as of when: ISO 8601 or epoch milliseconds; now unless told')
    .option('--home <code>', 'the country whose series are domestic', MACRO_HOME)
    .option('--json', 'print it as one JSON object')
    .action((options: MacroShowOptions) => show(undefined, options));
  macro
    .command('show')
    .description('what was known of one series, and all words on its current period (read key)')
    .argument('<name>', 'the series')
    .option('--at <time>', 'as of when: ISO 8601 or epoch milliseconds; now unless told')
    .option('--home <code>', 'the country whose series are domestic', MACRO_HOME)
    .option('--json', 'print it as one JSON object')
    .action(show);
}

async function importCommand({ file, utcOffsetMinutes, json, ...words }: MacroImportOptions): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const result = await importMacro(file, { ...words, utcOffsetMs: utcOffsetMinutes * 60_000 }, target, {
    fetch,
    now: Date.now,
    random: Math.random,
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
}

async function show(series: string | undefined, { at, home, json }: MacroShowOptions): Promise<void> {
  const target = await findCollector(process.env, 'read');
  const query = new URLSearchParams({ home });
  if (series !== undefined) query.set('series', series);
  if (at !== undefined) query.set('asOf', at);
  const answer = await askCollector<MacroAnswer>(target, `/v1/macro-series?${query}`);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : table(answer));
}

function describe({ lines, accepted, duplicate, bad }: MacroImport): string {
  const named = bad.slice(0, NAMED_MAX).map(({ lineNumber, field, reason }) => {
    return `  line ${lineNumber}: ${printable(`${field} ${reason}`.trim())}`;
  });
  const rest = bad.length - named.length;
  const text = [
    `${lines} lines: ${accepted} accepted, ${duplicate} already there, ${bad.length} bad`,
    ...named,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
  return `${text.join('\n')}\n`;
}

function table({ asOf, series }: MacroAnswer): string {
  const head = ['series', 'scope', 'country', 'value', 'period', 'published', 'age', 'revision', 'periods', 'source'];
  const all = `as of ${new Date(asOf).toISOString()}\n\n${formatTable(head, series.map(cells))}`;
  const words = series.flatMap(({ revisions }) => revisions);
  if (words.length < 2) return all;
  const rows = words.map((one) => [timeOf(one.knownAt), String(one.value), String(one.revision), one.source]);
  return `${all}\nWords on this period\n\n${formatTable(['published', 'value', 'revision', 'source'], rows)}`;
}

function cells({ series, scope, country, current, periodCount }: MacroSeriesAsOf): (string | number)[] {
  const now = current
    ? [
        String(current.value),
        timeOf(current.periodAt),
        timeOf(current.knownAt),
        `${(current.periodAgeMs / DAY_MS).toFixed(1)} d`,
        String(current.revision),
      ]
    : ['-', '-', '-', '-', '-'];
  return [series, scope, country || '-', ...now, periodCount, current?.source ?? '-'];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
