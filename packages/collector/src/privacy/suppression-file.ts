import { join } from 'node:path';
import { hasLists, readWhole } from '../disk/read-whole.js';
import { writeWhole } from '../disk/write-whole.js';
import type { SuppressionData } from '../store/privacy/suppression-rows.js';

/** It lies beside the WAL, so that a collector refuses whom it must while the store is down. */
const FILE = 'suppressions.json';

/** @throws {TidemarkError} `file_damaged`: who was erased would come back. */
export async function readSuppressionFile(dataDirectory: string): Promise<SuppressionData> {
  return (await readWhole(join(dataDirectory, FILE), isSuppressionData)) ?? { keys: [], entries: [] };
}

/** On disk when it resolves: without it a restored backup would bring people back. */
export async function writeSuppressionFile(dataDirectory: string, data: SuppressionData): Promise<void> {
  await writeWhole(join(dataDirectory, FILE), JSON.stringify(data));
}

function isSuppressionData(value: unknown): value is SuppressionData {
  return hasLists(value, ['keys', 'entries']);
}
