import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../boot/config.js';
import { restoreData } from '../boot/restore-data.js';
import { TidemarkError } from '../observe/errors.js';
import { copyToBackup } from '../privacy/backup-files.js';
import { lockDirectory } from '../wal/lock-directory.js';

export interface BackupOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly suppressions?: string;
}

/** `tidemark backup` and `restore`: of a data directory whose collector is stopped. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the data directory of a stopped collector, each file with its checksum')
    .argument('<directory>', 'where to; it must be empty')
    .option('--data <directory>', 'the data directory (default .tidemark)')
    .option('--json', 'print the result as one JSON object')
    .action((directory: string, options: BackupOptions) => backupCommand(directory, options));
  program
    .command('restore')
    .description(
      'copy a backup to an empty data directory, hold it against its checksums, and erase again whom it brought back',
    )
    .argument('<directory>', 'the backup')
    .option('--data <directory>', 'the data directory (default .tidemark); it may hold suppressions.json')
    .option('--suppressions <file>', 'a suppressions.json of later, from the lost data directory or another collector')
    .option('--json', 'print the result as one JSON object')
    .action((directory: string, options: BackupOptions) => restoreCommand(directory, options));
}

type EngineCommand = readonly [string, ...string[]];

export async function backupCommand(directory: string, { data, json }: BackupOptions): Promise<void> {
  const { dataDirectory } = embedded(data);
  const lock = await lockDirectory(dataDirectory);
  try {
    const { files, madeAt } = await copyToBackup(resolve(dataDirectory), resolve(directory), Date.now());
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const result = { directory, madeAt, files: files.length, bytes };
    const text = `${files.length} files, ${bytes} bytes, in ${directory}; each as its checksum says\n`;
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
  } finally {
    await lock.release();
  }
}

export async function restoreCommand(
  directory: string,
  { data, json, suppressions }: BackupOptions,
  engineCommand?: EngineCommand,
): Promise<void> {
  const config = embedded(data);
  const { files, erasedAgain } = await restoreData({
    config,
    backup: resolve(directory),
    ...(suppressions !== undefined && { suppressionFile: resolve(suppressions) }),
    ...(engineCommand && { engineCommand }),
  });
  const result = { directory, files, erasedAgain };
  const text = `${files} files, each as its checksum says; ${erasedAgain} people were erased again\n`;
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
}

/** @throws {TidemarkError} `config_invalid` where the tables lie in a server, which has its own BACKUP. */
function embedded(dataDirectory: string | undefined) {
  const config = readConfig(process.env, { dataDirectory, host: '127.0.0.1', port: 0 });
  if (config.clickhouseUrl === undefined) return config;
  throw new TidemarkError(
    'config_invalid',
    "with TIDEMARK_CLICKHOUSE_URL the tables are the server's: use its own BACKUP and RESTORE, and keep suppressions.json",
  );
}
