import { type Command, Option } from 'commander';
import { findCollector } from './find-collector.js';
import { describeImport, isUnreadable } from './import/describe-import.js';
import { IMPORT_FORMATS, type ImportFormat, importFile } from './import/import-file.js';
import { createProgressBar } from './import/progress-bar.js';

export interface ImportCommandOptions {
  readonly format: ImportFormat;
  readonly app: string;
  readonly json?: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('send a file of real events through the running collector')
    .argument('<file>')
    .addOption(new Option('--format <name>', 'what the file is').choices([...IMPORT_FORMATS]).makeOptionMandatory())
    .option('--app <id>', 'the app that the events belong to', 'web')
    .option('--json', 'print the result as one JSON object')
    .action(importCommand);
}

/** `tidemark import FILE`: sends a file of real events through the running collector's HTTP interface. */
async function importCommand(file: string, options: ImportCommandOptions): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const bar = createProgressBar(process.stderr, 'importing');
  const result = await importFile(
    { file, format: options.format, url: target.url, key: target.key, appId: options.app },
    {
      fetch,
      now: Date.now,
      random: Math.random,
      sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      onProgress: bar.update,
    },
  ).finally(bar.clear);
  if (options.json) process.stderr.write(describeImport(result));
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describeImport(result));
  if (isUnreadable(result)) process.exitCode = 1;
}
