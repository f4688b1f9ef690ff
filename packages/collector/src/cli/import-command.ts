import { findCollector } from './find-collector.js';
import { describeImport, isUnreadable } from './import/describe-import.js';
import { type ImportFormat, importFile } from './import/import-file.js';
import { createProgressBar } from './import/progress-bar.js';

export interface ImportCommandOptions {
  readonly format: ImportFormat;
  readonly app: string;
  readonly json?: boolean;
}

/** `tidemark import FILE`: sends a file of real events through the running collector's HTTP interface. */
export async function importCommand(file: string, options: ImportCommandOptions): Promise<void> {
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
