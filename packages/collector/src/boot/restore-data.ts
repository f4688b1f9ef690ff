import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TidemarkError } from '../observe/errors.js';
import { copyFromBackup } from '../privacy/backup-files.js';
import { readSuppressionFile, writeSuppressionFile } from '../privacy/suppression-file.js';
import { createSuppressions } from '../privacy/suppressions.js';
import type { SuppressionData } from '../store/privacy/suppression-rows.js';
import type { Config } from './config.js';
import { RESTORE_MARK } from './finish-restore.js';
import { startCollector } from './start-collector.js';

export interface RestoreOptions {
  readonly config: Config;
  readonly backup: string;
  /** Suppressions of later than the backup, from elsewhere. */
  readonly suppressionFile?: string;
  readonly engineCommand?: readonly [string, ...string[]];
}

const SUPPRESSIONS = 'suppressions.json';

/**
 * Puts a backup in the place of a data directory, then has a collector load what its WAL holds and erase again everybody whom
 * a suppression names: those of the backup, those that the data directory has, those of the file. Killed behind the copying, the
 * next start of a collector does the rest.
 *
 * @throws {TidemarkError} `backup_unusable`; `store_refused` when what it holds is not loaded within an hour.
 */
export async function restoreData(options: RestoreOptions): Promise<{ files: number; erasedAgain: number }> {
  const { config, backup, suppressionFile } = options;
  const dataDirectory = resolve(config.dataDirectory);
  const known = createSuppressions(await readSuppressionFile(dataDirectory), Date.now);
  known.merge(await readSuppressionFile(backup));
  if (suppressionFile !== undefined) known.merge(await readGiven(suppressionFile));
  const { files } = await copyFromBackup(backup, dataDirectory, [SUPPRESSIONS, RESTORE_MARK], async () => {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    await writeFile(join(dataDirectory, RESTORE_MARK), '{}\n', { mode: 0o600, flush: true });
  });
  await writeSuppressionFile(dataDirectory, known.data());

  const { engineCommand } = options;
  const collector = await startCollector({
    config: { ...config, dataDirectory },
    firstWorkspace: 'default',
    ...(engineCommand && { engineCommand }),
  });
  try {
    await collector.storePrepared;
    const erasedAgain = await collector.restored;
    return { files: files.length, erasedAgain };
  } finally {
    await collector.close();
  }
}

async function readGiven(path: string): Promise<SuppressionData> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SuppressionData; // of a collector
  } catch (cause) {
    throw new TidemarkError('backup_unusable', `${path} is no suppressions.json of a collector`, { cause });
  }
}
