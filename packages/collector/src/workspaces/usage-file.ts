import { join } from 'node:path';
import { readText } from '../disk/read-text.js';
import { writeWhole } from '../disk/write-whole.js';
import type { DailyUsageRecord } from '../store/control/daily-usage.js';

/*
 * Today's usage beside the WAL, written every few seconds: after a kill a budget forgives what came since.
 */
const FILE = 'usage.json';

/** @returns nothing when there is nothing that can be read: a count is not worth a start that fails. */
export async function readUsageFile(dataDirectory: string): Promise<DailyUsageRecord[]> {
  try {
    const written: unknown = JSON.parse(await readText(join(dataDirectory, FILE)));
    return Array.isArray(written) ? written.filter(isRecord) : [];
  } catch {
    return [];
  }
}

export async function writeUsageFile(dataDirectory: string, records: readonly DailyUsageRecord[]): Promise<void> {
  await writeWhole(join(dataDirectory, FILE), JSON.stringify(records));
}

function isRecord(value: unknown): value is DailyUsageRecord {
  const { workspaceId, day, collectorId, events } = (value ?? {}) as Partial<DailyUsageRecord>;
  return (
    typeof workspaceId === 'string' &&
    typeof collectorId === 'string' &&
    Number.isInteger(day) &&
    Number.isInteger(events)
  );
}
