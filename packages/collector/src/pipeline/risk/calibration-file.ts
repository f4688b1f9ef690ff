import { join } from 'node:path';
import { readText } from '../../disk/read-text.js';
import { writeWhole } from '../../disk/write-whole.js';
import type { CalibrationStates } from './calibrate-flags.js';

const NAME = 'calibration.json';

/** Nothing when there is none, or none that can be read: it is learnt anew, and "unknown" until then. */
export async function readCalibration(
  directory: string,
  onDamaged: (error: unknown) => void,
): Promise<CalibrationStates> {
  try {
    return JSON.parse(await readText(join(directory, NAME))) as CalibrationStates; // written below
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onDamaged(error);
    return {};
  }
}

export async function writeCalibration(directory: string, text: string): Promise<void> {
  await writeWhole(join(directory, NAME), text);
}
