#!/usr/bin/env node
import { REPORT_NAMES } from '@tidemark/protocol';
import { Argument, Command, Option } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import { ownVersion } from '../observe/own-version.js';
import { addBackupCommands } from './backup-commands.js';
import { configCommand, parseSample } from './config-command.js';
import { addControlCommands } from './control-commands.js';
import { addDetectCommands } from './detect-commands.js';
import { devCommand } from './dev-command.js';
import { doctorCommand } from './doctor-command.js';
import { addFeatureCommands } from './feature-commands.js';
import { addFlagCommands } from './flag-commands.js';
import { IMPORT_FORMATS } from './import/import-file.js';
import { importCommand } from './import-command.js';
import { addMacroCommands } from './macro-commands.js';
import { addMigrateCommands } from './migrate-commands.js';
import { addModelCommands } from './model-commands.js';
import { addPrivacyCommands } from './privacy-commands.js';
import { replayCommand } from './replay-command.js';
import { reportCommand } from './report-command.js';
import { addRuleCommands } from './rule-commands.js';
import { addScorecardCommand } from './scorecard-command.js';
import { serveCommand } from './serve-command.js';
import { addSimulateCommands } from './simulate-commands.js';
import { addSqlCommands } from './sql-commands.js';
import { addTopCommand } from './top-command.js';

// What a collector writes are people's events and the keys to them: for its owner alone, whatever the shell's umask is.
process.umask(0o077);

const ENVIRONMENT = `
Environment:
  TIDEMARK_URL             the running collector; default: the one of the data directory, or http://127.0.0.1:8787
  TIDEMARK_KEY             secret or read key; default: the key in the data directory, for its own collector alone
  TIDEMARK_DATA            data directory (default .tidemark)
  TIDEMARK_CLICKHOUSE_URL  a ClickHouse server instead of the embedded engine`;

const program = new Command('tidemark')
  .description('Collector, imports and reports of Tidemark')
  .version(ownVersion(), '-V, --version', 'print the version')
  .addHelpText('after', ENVIRONMENT)
  .showHelpAfterError();

program
  .command('serve')
  .description('run a collector in the foreground')
  .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
  .option('--port <number>', 'port to listen on (default 8787)')
  .option('--host <address>', 'address to listen on (default 127.0.0.1)')
  .option('--roles <names>', 'what it does, comma-separated: ingest, analyze, console (default all of them)')
  .action(serveCommand);

program
  .command('dev')
  .description('run a collector with a demo workspace, its console, and a site')
  .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
  .option('--port <number>', 'port of the collector (default 8787)')
  .option('--site <directory>', 'a built site to serve beside it')
  .option('--site-page <name=path>', 'a page of the site, to be printed with the addresses')
  .option('--site-port <number>', 'port of the site', '8788')
  .option('--market', 'make up the days before, as history, and learn from them how likely orders are filled')
  .action(devCommand);

program
  .command('import')
  .description('send a file of real events through the running collector')
  .argument('<file>')
  .addOption(new Option('--format <name>', 'what the file is').choices([...IMPORT_FORMATS]).makeOptionMandatory())
  .option('--app <id>', 'the app that the events belong to', 'web')
  .option('--json', 'print the result as one JSON object')
  .action(importCommand);

program
  .command('report')
  .description('print a report of the running collector')
  .addArgument(new Argument('<name>').choices([...REPORT_NAMES]))
  .option('--json', 'print all rows as one JSON object')
  .option('--from <time>', 'ISO 8601 or epoch milliseconds; UTC when no zone is said')
  .option('--to <time>', 'the same, not included')
  .option('--surface <name>', 'h5 or native')
  .option('--app <id>', 'one app only')
  .option('--limit <rows>', 'rows at most')
  .option('--segment <condition...>', 'country=CN,HK, release!=4.0, did=goal:paid, didNot=view:/help; all of them hold')
  .option('--purpose <name>', 'what the figures are for: analytics (default), marketing, risk')
  .option('--time-zone <name>', 'IANA time zone of days, weeks and months (overview, sessions, visitors)')
  .option('--interval <name>', 'hour, day, week or month (overview; retention and cohorts from day on)')
  .option('--order-by <column>', 'column that sorts the rows (pages, transitions)')
  .option('--order <way>', 'asc or desc')
  .option('--cursor <text>', 'goes on where the answer before ended (pages, transitions)')
  .option(
    '--step <step...>',
    'view:/funds, goal:paid, order:subscribe.placed, click:buy, custom:search (funnel, surfaces)',
  )
  .option('--window <seconds>', 'from the first step to the last (funnel)')
  .option('--periods <number>', 'intervals after the first (retention, cohorts)')
  .option('--minutes <number>', 'how many of the last (live)')
  .option('--by <what>', 'release, day, surface or queue (effective-data); template, module or step (surfaces)')
  .option('--goal <name>', 'which goal converts; any unless told (surfaces)')
  .option('--format <name>', 'export the rows: jsonl, csv, parquet or arrow, to standard output')
  .action(reportCommand);

program
  .command('config')
  .description('show or change what the pages of the workspace are told (secret key)')
  .addOption(new Option('--disable', 'stop tracking in all pages').conflicts('enable'))
  .option('--enable', 'let them track again')
  .option(
    '--sample <name=rate>',
    'share of visitors whose events of this name are kept; may be given again',
    parseSample,
  )
  .option('--json', 'print it as one JSON object')
  .action(configCommand);

program
  .command('doctor')
  .description('look at everything a collector stands on, running or not; exits with 0, 1 (look at it) or 2 (broken)')
  .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
  .option('--json', 'print it as one JSON object')
  .action(doctorCommand);

program
  .command('replay')
  .description('put rows through again that the store refused, after its schema was mended (secret key)')
  .addOption(new Option('--rejected', 'those that lie in the table rejected').makeOptionMandatory())
  .option('--reason <reason>', 'only those rejected for this reason (refused_by_store)')
  .option('--json', 'print the result as one JSON object')
  .action(replayCommand);
addBackupCommands(program);
addControlCommands(program);
addMigrateCommands(program);
addPrivacyCommands(program);
addSimulateCommands(program);
addFeatureCommands(program);
addFlagCommands(program);
addMacroCommands(program);
addRuleCommands(program);
addDetectCommands(program);
addModelCommands(program);
addScorecardCommand(program);
addSqlCommands(program);
addTopCommand(program);

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof TidemarkError;
  process.stderr.write(`tidemark: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
