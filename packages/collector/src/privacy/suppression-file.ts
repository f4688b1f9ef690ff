import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../disk/write-whole.js';
import type { SuppressionData } from '../store/privacy/suppression-rows.js';

/** It lies beside the WAL, so that a collector refuses whom it must while the store is down. */
const FILE = 'suppressions.json';

export async function readSuppressionFile(dataDirectory: string): Promise<SuppressionData> {
  try {
    return JSON.parse(await readFile(join(dataDirectory, FILE), 'utf8')) as SuppressionData; // by us, below
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { keys: [], entries: [] };
    throw error;
  }
}

/** On disk when it resolves: without it a restored backup would bring people back. */
export async function writeSuppressionFile(dataDirectory: string, data: SuppressionData): Promise<void> {
  await writeWhole(join(dataDirectory, FILE), JSON.stringify(data));
}
