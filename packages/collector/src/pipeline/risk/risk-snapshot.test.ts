import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RiskEvent } from '@tidemark/analytics/anomalies';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { createDetectorBank, joinBank } from './detector-bank.js';
import { readRiskSnapshot, writeRiskSnapshot } from './risk-snapshot.js';

const HEAD = { life: 'l', file: 3, offset: 17, ordinal: 4_000 };

function busyBank() {
  const bank = createDetectorBank();
  for (let n = 0; n < 4_000; n++) {
    const event: RiskEvent = {
      atMs: 1_700_000_000_000 + n * 1_000,
      action: 'view',
      userId: `u${n % 1_500}`,
      deviceId: `d${n}`,
      address: '192.0.2.0/24',
    };
    bank.observe(n % 3 === 0 ? 'bank' : 'shop', event);
  }
  return bank;
}

describe('what the detectors know on disk', () => {
  it('comes back as it was, from lines of which none holds much', async () => {
    const directory = await temporaryDirectory();
    const bank = busyBank();
    await writeRiskSnapshot(directory, HEAD, bank.pieces());
    const read = await readRiskSnapshot(directory);
    expect(read).toEqual({ ...HEAD, bank: joinBank([...bank.pieces()]) });
    expect(Object.keys(read?.bank ?? {}).sort()).toEqual(['bank', 'shop']);
    expect([...createDetectorBank(read?.bank).pieces()]).toEqual([...bank.pieces()]);
    const lines = (await readFile(join(directory, 'detectors.json'), 'utf8')).split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(500 * 1_000);
  });

  it('is nothing when it is torn, or of another version', async () => {
    const directory = await temporaryDirectory();
    expect(await readRiskSnapshot(directory)).toBeUndefined();
    await writeRiskSnapshot(directory, HEAD, busyBank().pieces());
    const path = join(directory, 'detectors.json');
    const whole = await readFile(path, 'utf8');
    const lines = whole.split('\n');
    const torn = [
      whole.slice(0, whole.length / 2),
      lines.slice(0, -2).join('\n'),
      lines.toSpliced(3, 1).join('\n'),
      lines.slice(1).join('\n'),
      whole.replace('"version":2', '"version":1'),
      '',
    ];
    for (const text of torn) {
      await writeFile(path, text);
      expect(await readRiskSnapshot(directory)).toBeUndefined();
    }
    await writeFile(path, whole);
    expect(await readRiskSnapshot(directory)).toMatchObject(HEAD);
  });
});
