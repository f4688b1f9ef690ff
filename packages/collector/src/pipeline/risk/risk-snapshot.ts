import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BankState } from './detector-bank.js';

/** What the detectors know, and up to where in the log they know it. */
export interface RiskSnapshot {
  /** Counts of `ordinal` are those of one life: it begins anew when the snapshot is lost. */
  readonly life: string;
  /** The file that is read next, and where in it. */
  readonly file: number;
  readonly offset: number;
  /** Events seen so far. */
  readonly ordinal: number;
  readonly bank: BankState;
}

const NAME = 'detectors.json';
const VERSION = 1;

/** @returns undefined when there is none, or none that can be read: the detectors begin with nothing then. */
export async function readRiskSnapshot(directory: string): Promise<RiskSnapshot | undefined> {
  try {
    const { version, ...snapshot } = JSON.parse(await readFile(join(directory, NAME), 'utf8')) as RiskSnapshot & {
      readonly version: number;
    }; // written below
    return version === VERSION ? snapshot : undefined;
  } catch {
    return undefined; // not there, or damaged by the disk: what it stood for is learnt again
  }
}

/** Of detectors that know nothing; on disk before their first event, so that who reads again knows that it does. */
export async function beginRiskLife(directory: string): Promise<RiskSnapshot> {
  const snapshot: RiskSnapshot = { life: randomUUID(), file: 0, offset: 0, ordinal: 0, bank: {} };
  await writeRiskSnapshot(directory, snapshot);
  return snapshot;
}

/** Atomic, and durable when it resolves. */
export async function writeRiskSnapshot(directory: string, snapshot: RiskSnapshot): Promise<void> {
  const path = join(directory, NAME);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ version: VERSION, ...snapshot }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
