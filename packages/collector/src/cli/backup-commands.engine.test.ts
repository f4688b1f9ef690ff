import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aggregatesApart } from '../../../../test/fixtures/aggregates-apart.js';
import { deliver, makeBatch, makeEvent, testId } from '../../../../test/fixtures/batches.js';
import { scanForId } from '../../../../test/fixtures/scan-for-id.js';
import { engineCommandFromSource } from '../../../../test/fixtures/start-engine.js';
import { inspectStore, startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { type BackupManifest, SNAPSHOT } from '../privacy/backup-files.js';
import { queryRows } from '../store/query-rows.js';
import { backupCommand, restoreCommand } from './backup-commands.js';

const VISITOR = String(testId(3_000_000_001));

describe('tidemark backup and restore', () => {
  it('bring everything back as it was, but nobody who was erased since, not out of the WAL either', {
    timeout: 240_000,
  }, async () => {
    const parent = await temporaryDirectory();
    const [data, backup, again, later] = ['data', 'backup', 'again', 'later'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
      string,
    ];
    const first = await startTestCollector(data);
    const { url, keys } = first.collector;
    for (const device of [1, 2]) {
      const events = [
        makeEvent(1, {}, device),
        { ...makeEvent(2, {}, device), seq: 'bad', me: testId(3_000_000_000 + device) },
      ];
      await deliver(url, keys.writeKey, makeBatch({ queue: device, context: { userId: `user ${device}` }, events }));
    }
    await first.drained();
    await first.collector.close();
    // What waits in the WAL is backed up like the rest: the store of this one never comes up.
    const engineCommand = [process.execPath, '-e', 'process.stdin.resume()'] as const;
    const alone = await startTestCollector(data, {}, { engineCommand });
    for (const device of [1, 2]) {
      const context = { userId: `user ${device}` };
      await deliver(
        alone.collector.url,
        keys.writeKey,
        makeBatch({ queue: device, context, events: [makeEvent(3, {}, device)] }),
      );
    }
    await alone.collector.close();
    await backupCommand(backup, { data });
    await expect(backupCommand(backup, { data })).rejects.toMatchObject({ code: 'backup_unusable' });
    const manifest = JSON.parse(await readFile(join(backup, 'backup.json'), 'utf8')) as BackupManifest;
    expect(manifest.files.some(({ path }) => path.startsWith('wal/') && path.endsWith('.wal'))).toBe(true);

    // Restored where nobody was erased, all of it is there.
    await restoreCommand(backup, { data: again }, engineCommandFromSource());
    const events = await inspectStore(again, async (store) => {
      expect(await aggregatesApart(store)).toEqual([]);
      return queryRows(store, 'SELECT user_id AS user, count() AS events FROM events GROUP BY user ORDER BY user', {});
    });
    expect(events).toEqual([
      { user: 'user 1', events: 2 },
      { user: 'user 2', events: 2 },
    ]);

    // A visitor and a user are erased from it; what lasts of that frees an older backup of both.
    const second = await startTestCollector(again);
    await second.drained();
    for (const subject of [VISITOR, 'user 2']) {
      const answer = await fetch(`${second.collector.url}/v1/privacy/erase`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keys.secretKey}` },
        body: JSON.stringify({ subject }),
      });
      expect(answer.status).toBe(200);
    }
    await second.collector.close();
    const suppressions = join(again, 'suppressions.json');
    await restoreCommand(backup, { data: later, suppressions }, engineCommandFromSource());
    await inspectStore(later, async (store) => {
      expect(await queryRows(store, 'SELECT count() AS events FROM events', {})).toEqual([{ events: 0 }]);
      expect(await queryRows(store, `SELECT raw FROM rejected`, {})).toEqual([]);
      expect(await aggregatesApart(store)).toEqual([]);
    });
    expect(await scanForId(join(later, 'wal'), VISITOR)).toEqual([]);
    const third = await startTestCollector(later);
    const ack = await deliver(third.collector.url, keys.writeKey, makeBatch({ queue: 1, events: [makeEvent(9)] }));
    expect(ack.rejected[0]?.reason).toBe('subject_erased');
    await third.collector.close();
  });

  it('work while the collector runs and events come in: what was acknowledged before is there, once, and all agrees', {
    timeout: 240_000,
  }, async () => {
    const parent = await temporaryDirectory();
    const [data, backup, again] = ['data', 'backup', 'again'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    const test = await startTestCollector(data);
    onTestFinished(() => test.collector.close());
    const { url, keys } = test.collector;
    const send = (device: number) =>
      deliver(
        url,
        keys.writeKey,
        makeBatch({ queue: device, events: [makeEvent(1, {}, device), makeEvent(2, {}, device)] }),
      );
    await send(1);
    await test.drained();

    let devices = 1;
    let isBackedUp = false;
    const sending = (async () => {
      while (!isBackedUp) await send(++devices);
    })();
    await expect.poll(() => devices).toBeGreaterThan(20);
    const acknowledged = devices - 1;
    await backupCommand(backup, { data }).finally(() => {
      isBackedUp = true;
    });
    await sending;
    expect(devices).toBeGreaterThan(acknowledged + 1);
    await expect(stat(join(data, SNAPSHOT))).rejects.toThrow('ENOENT');

    await restoreCommand(backup, { data: again }, engineCommandFromSource());
    await inspectStore(again, async (store) => {
      expect(await aggregatesApart(store)).toEqual([]);
      const held = await queryRows<{ visitor: string; events: number; different: number }>(
        store,
        'SELECT toString(visitor_id) AS visitor, count() AS events, uniqExact(event_id) AS different FROM events GROUP BY visitor',
        {},
      );
      expect(held.filter(({ events, different }) => events !== 2 || different !== 2)).toEqual([]);
      const visitors = new Set(held.map(({ visitor }) => visitor));
      const before = Array.from({ length: acknowledged }, (_, i) => String(testId(3_000_000_001 + i)));
      expect(before.filter((visitor) => !visitors.has(visitor))).toEqual([]);
    });
  });

  it('refuse a backup that is not as it was made, by the name of the file, and a directory in use', async () => {
    const parent = await temporaryDirectory();
    const [data, backup] = [join(parent, 'data'), join(parent, 'backup')];
    const engineCommand = [process.execPath, '-e', 'process.stdin.resume()'] as const;
    const test = await startTestCollector(data, {}, { engineCommand });
    await test.collector.close();
    await backupCommand(backup, { data });
    await cp(backup, join(parent, 'flipped'), { recursive: true });
    await writeFile(join(parent, 'flipped', 'control.json'), '{}');
    const target = join(parent, 'target');
    await expect(restoreCommand(join(parent, 'flipped'), { data: target })).rejects.toThrow(
      'control.json is not as it was',
    );
    await expect(restoreCommand(backup, { data })).rejects.toThrow('is not empty');
    await expect(restoreCommand(target, { data: join(parent, 'other') })).rejects.toThrow(
      'no backup that was finished',
    );
  });
});
