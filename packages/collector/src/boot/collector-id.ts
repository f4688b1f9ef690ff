import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readText } from '../disk/read-text.js';
import { writeWhole } from '../disk/write-whole.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the other collectors of the store know this one by: it belongs to the data directory and outlives restarts. */
export async function openCollectorId(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'collector-id');
  const known = await readText(path).then(
    (text) => text.trim(),
    () => '',
  );
  if (UUID.test(known)) return known;
  const fresh = randomUUID();
  await writeWhole(path, `${fresh}\n`);
  return fresh;
}
