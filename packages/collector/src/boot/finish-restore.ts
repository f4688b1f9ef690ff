import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../observe/errors.js';

export interface FinishRestoreOptions {
  readonly dataDirectory: string;
  readonly isDrained: () => boolean;
  /** Erases whom suppressions name and the tables hold. @returns how many. */
  readonly apply: () => Promise<number>;
}

/** Says that a backup was put here, and that nobody has looked yet whom it brought back. */
export const RESTORE_MARK = 'restored.json';

const WITHIN_MS = 3_600_000;
const LOOK_MS = 100;

/**
 * Does what is left to do of a restore; nothing nearly always.
 *
 * @returns how many people were erased again.
 * @throws {TidemarkError} `store_refused`; the next start tries again.
 */
export async function finishRestore({ dataDirectory, isDrained, apply }: FinishRestoreOptions): Promise<number> {
  const mark = join(dataDirectory, RESTORE_MARK);
  if (!existsSync(mark)) return 0;
  for (const deadline = performance.now() + WITHIN_MS; !isDrained(); await sleep(LOOK_MS)) {
    if (performance.now() < deadline) continue;
    throw new TidemarkError(
      'store_refused',
      'what the backup holds in its WAL is not loaded; start the collector again',
    );
  }
  const people = await apply();
  await rm(mark);
  return people;
}
