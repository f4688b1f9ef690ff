import { appendFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import type { AuditContent } from './audit-chain.js';
import { auditFilePath, openAuditFile, readAuditFile } from './audit-file.js';

const content = (subject: string): AuditContent => ({
  actor: 'k1',
  addressPrefix: '203.0.113.0/24',
  action: 'key.revoke',
  workspaceId: 'w',
  subject,
  detail: '{"note":"漢字 \\n"}',
});

async function openIn(directory: string) {
  const file = await openAuditFile(directory, () => 5);
  onTestFinished(() => file.close());
  return file;
}

async function subjects(directory: string): Promise<string[]> {
  return (await readAuditFile(directory)).entries.map(({ subject }) => subject);
}

describe('the audit file', () => {
  it('goes on with its chain after a restart, for the eyes of its owner alone', async () => {
    const directory = await temporaryDirectory();
    const first = await openIn(directory);
    await first.append(content('one'));
    const second = await openIn(directory);
    expect(second.chainId).toBe(first.chainId);
    expect(await second.append(content('two'))).toMatchObject({ number: 3, subject: 'two', at: 5 });
    expect(await subjects(directory)).toEqual(['', 'one', 'two']);
    expect((await readAuditFile(directory)).breaks).toEqual([]);
    expect((await stat(auditFilePath(directory))).mode & 0o777).toBe(0o600);
  });

  it('cuts off an entry that did not get to its end, wherever it was torn', async () => {
    const directory = await temporaryDirectory();
    const path = auditFilePath(directory);
    await (await openIn(directory)).append(content('one'));
    const whole = await readFile(path);
    const lastAt = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastAt; length < whole.length; length += 41) {
      await writeFile(path, whole);
      await truncate(path, length);
      expect(await subjects(directory)).toEqual(['']);
      const file = await openIn(directory);
      expect(await file.append(content('next'))).toMatchObject({ number: 2 });
      expect(await subjects(directory)).toEqual(['', 'next']);
      expect((await readAuditFile(directory)).breaks).toEqual([]);
    }
  });

  it('starts over whatever lies at its end, in another chain, and tells what it could not read', async () => {
    const directory = await temporaryDirectory();
    const first = await openIn(directory);
    for (const rubbish of ['rubbish\n', '{"chainId":7}\n', 'null\n', '\n']) {
      await appendFile(auditFilePath(directory), rubbish);
      const second = await openIn(directory);
      expect(second.chainId).not.toBe(first.chainId);
      await second.append(content('later'));
    }
    const { breaks, entries } = await readAuditFile(directory);
    expect(breaks).toEqual([{ chainId: '', number: 2, fault: 'unreadable', source: 'file' }]);
    expect(entries.filter(({ subject }) => subject === 'later')).toHaveLength(4);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['a folder', (path) => mkdir(join(path, 'within'), { recursive: true })],
    ['a pipe', makePipe],
  ])('sets aside %s in its place, and says so in another chain', async (_, make) => {
    const directory = await temporaryDirectory();
    await make(auditFilePath(directory));
    await (await openIn(directory)).append(content('k2'));
    const { entries, breaks } = await readAuditFile(directory);
    expect(breaks).toEqual([]);
    expect(entries).toMatchObject([
      { action: 'chain.begin', detail: '{"reason":"what lay in its place was no file"}' },
      { subject: 'k2' },
    ]);
    expect((await readdir(directory)).sort()).toEqual(['audit.jsonl', 'audit.jsonl.damaged']);
  });

  it('names the first entry that somebody altered', async () => {
    const directory = await temporaryDirectory();
    const file = await openIn(directory);
    for (const subject of ['one', 'two', 'three']) await file.append(content(subject));
    const text = await readFile(auditFilePath(directory), 'utf8');
    await writeFile(auditFilePath(directory), text.replace('"two"', '"2wo"'));
    expect((await readAuditFile(directory)).breaks).toEqual([
      { chainId: file.chainId, number: 3, fault: 'altered', source: 'file' },
    ]);
  });

  it('refuses when the disk does, and goes on where it was when the disk does again', async () => {
    const directory = await temporaryDirectory();
    const file = await openIn(directory);
    await file.append(content('one'));
    // A descriptor that is closed under it fails like a disk: every write to it does.
    await file.close();
    await expect(file.append(content('lost'))).rejects.toMatchObject({ code: 'audit_write_failed' });
    expect(await file.append(content('two'))).toMatchObject({ number: 3 });
    expect(await subjects(directory)).toEqual(['', 'one', 'two']);
    expect((await readAuditFile(directory)).breaks).toEqual([]);
  });
});
