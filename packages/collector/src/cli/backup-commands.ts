import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../boot/config.js';
import { restoreData } from '../boot/restore-data.js';
import { TidemarkError } from '../observe/errors.js';
import { copyToBackup } from '../privacy/backup-files.js';
import type { Snapshot } from '../privacy/snapshot-route.js';
import { lockDirectory } from '../wal/lock-directory.js';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';

export interface BackupOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly suppressions?: string;
}

/** `tidemark backup` and `restore`: of a data directory, and into one that nobody has. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the data directory of a collector that runs or is stopped, each file with its checksum')
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
  const source = await openSource(resolve(embedded(data).dataDirectory));
  try {
    const { files, madeAt } = await copyToBackup(source.directory, resolve(directory), Date.now());
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const result = { directory, madeAt, files: files.length, bytes };
    const text = `${files.length} files, ${bytes} bytes, in ${directory}; each as its checksum says\n`;
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
  } catch (cause) {
    if (!isGone(cause)) throw cause;
    throw new TidemarkError(
      'backup_unusable',
      `what was copied is gone: somebody was erased meanwhile, or the collector started anew; empty ${directory} and begin again`,
      { cause },
    );
  } finally {
    await source.release();
  }
}

/** What to copy: the data directory itself while nobody has it, or else what its collector holds still. */
async function openSource(dataDirectory: string) {
  const lock = await lockDirectory(dataDirectory).catch((error: unknown) => {
    if (error instanceof TidemarkError && error.code === 'data_directory_locked') return undefined;
    throw error;
  });
  if (lock) return { directory: dataDirectory, release: lock.release };
  const target = await findCollector({ ...process.env, TIDEMARK_DATA: dataDirectory }, 'admin');
  const { directory } = await askCollector<Snapshot>(target, '/v1/admin/snapshot', { method: 'POST' });
  return { directory, release: () => rm(directory, { recursive: true, force: true }) };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
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
