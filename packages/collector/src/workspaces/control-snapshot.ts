import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../disk/write-whole.js';
import type { ControlData, WrittenControlData } from '../store/control/control-data.js';
import { completeControl } from './complete-control.js';

/*
 * Workspaces, keys and client configurations lie beside the WAL as well, so that a collector starts and accepts while the store is down.
 */
const FILE = 'control.json';

export async function readControlSnapshot(dataDirectory: string): Promise<ControlData | undefined> {
  try {
    const text = await readFile(join(dataDirectory, FILE), 'utf8');
    return completeControl(JSON.parse(text) as WrittenControlData); // by us, below
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeControlSnapshot(dataDirectory: string, data: ControlData): Promise<void> {
  await writeWhole(join(dataDirectory, FILE), JSON.stringify(data));
}
