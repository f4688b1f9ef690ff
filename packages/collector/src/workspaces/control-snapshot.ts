import { join } from 'node:path';
import { hasLists, readWhole } from '../disk/read-whole.js';
import { writeWhole } from '../disk/write-whole.js';
import type { ControlData, WrittenControlData } from '../store/control/control-data.js';
import { completeControl } from './complete-control.js';

/*
 * Workspaces, keys and client configurations lie beside the WAL as well, so that a collector starts and accepts while the store is down.
 */
const FILE = 'control.json';

/** @throws {TidemarkError} `file_damaged`. */
export async function readControlSnapshot(dataDirectory: string): Promise<ControlData | undefined> {
  const written = await readWhole(join(dataDirectory, FILE), isControl);
  return written && completeControl(written);
}

export async function writeControlSnapshot(dataDirectory: string, data: ControlData): Promise<void> {
  await writeWhole(join(dataDirectory, FILE), JSON.stringify(data));
}

function isControl(value: unknown): value is WrittenControlData {
  return hasLists(value, ['workspaces', 'keys']);
}
