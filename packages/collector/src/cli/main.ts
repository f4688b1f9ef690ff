#!/usr/bin/env node
import { Command } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import { ownVersion } from '../observe/own-version.js';
import { addBackupCommands } from './backup-commands.js';
import { addConfigCommand } from './config-command.js';
import { addControlCommands } from './control-commands.js';
import { addDetectCommands } from './detect-commands.js';
import { addDevCommand } from './dev-command.js';
import { addDoctorCommand } from './doctor-command.js';
import { addFeatureCommands } from './feature-commands.js';
import { addFlagCommands } from './flag-commands.js';
import { addImportCommand } from './import-command.js';
import { addMacroCommands } from './macro-commands.js';
import { addMigrateCommands } from './migrate-commands.js';
import { addModelCommands } from './model-commands.js';
import { addPolicyCommands } from './policy-commands.js';
import { addPrivacyCommands } from './privacy-commands.js';
import { addReplayCommand } from './replay-command.js';
import { addReportCommand } from './report-command.js';
import { addRuleCommands } from './rule-commands.js';
import { addScorecardCommand } from './scorecard-command.js';
import { addServeCommand } from './serve-command.js';
import { addServedModelCommands } from './served-model-commands.js';
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
  .showHelpAfterError('(--help behind the command says what it takes)');

program.commandsGroup('A collector:');
addServeCommand(program);
addDevCommand(program);
addDoctorCommand(program);
addTopCommand(program);
addMigrateCommands(program);
addBackupCommands(program);

program.commandsGroup('What comes in:');
addImportCommand(program);
addSimulateCommands(program);
addMacroCommands(program);
addReplayCommand(program);

program.commandsGroup('Questions:');
addReportCommand(program);
addFeatureCommands(program);
addScorecardCommand(program);
addServedModelCommands(program);
addSqlCommands(program);

program.commandsGroup('The risk feed:');
addFlagCommands(program);
addRuleCommands(program);
addPolicyCommands(program);

program.commandsGroup('People, their data:');
addPrivacyCommands(program);

program.commandsGroup('Settings, and who may do what:');
addConfigCommand(program);
addControlCommands(program);

program.commandsGroup('Tables and series of your own, no collector needed:');
addModelCommands(program);
addDetectCommands(program);

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof TidemarkError;
  process.stderr.write(`tidemark: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
