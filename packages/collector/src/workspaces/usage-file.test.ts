import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { readUsageFile, writeUsageFile } from './usage-file.js';

it('comes back as it was written, and as nothing when it is missing or damaged', async () => {
  const directory = await temporaryDirectory();
  expect(await readUsageFile(directory)).toEqual([]);
  const records = [{ workspaceId: '漢 "', day: 20_000, collectorId: 'c', events: 5 }];
  await writeUsageFile(directory, records);
  expect(await readUsageFile(directory)).toEqual(records);
  for (const damage of [
    '',
    '{',
    'null',
    '7',
    '[null,{"workspaceId":"a"},{"workspaceId":"a","day":1,"collectorId":"c","events":"9"}]',
  ]) {
    await writeFile(join(directory, 'usage.json'), damage);
    expect(await readUsageFile(directory)).toEqual([]);
  }
});
