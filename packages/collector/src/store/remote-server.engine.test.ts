import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import {
  type ClickHouseServer,
  createClickHouseServer,
  findClickHouseServer,
} from '../../../../test/fixtures/clickhouse-server.js';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { readConfig } from '../boot/config.js';
import { examine } from '../cli/doctor-command.js';
import { connectStore, type StoreConnection } from './connect.js';
import { loadRows } from './load-rows.js';
import { applyMigrations } from './migrations/apply-migrations.js';
import { readSchemaState } from './migrations/schema-state.js';
import { queryRows } from './query-rows.js';
import { createRowBinaryWriter } from './row-binary.js';
import { sendRows } from './send-rows.js';
import { isTooOld, LEAST_CLICKHOUSE, readServerVersion } from './server-version.js';

/*
 * A ClickHouse server that is not ours, over a real wire. Debian's is of 2018 and far too old for the schema: it is what a
 * refusal is held against, and with a plain table of its own it takes rows, dies and comes back. CONTRIBUTING.md says how to have it.
 */
const binary = findClickHouseServer();
const DATABASE = 'tidemark';
const SENDING_MS = 1_500;
const LAYOUT = {
  table: 'plain',
  columns: [
    { name: 'n', type: 'UInt64' },
    { name: 'text', type: 'String' },
  ],
};

const textOf = (n: number) => `it's ${n} \n\t\\ '); DROP TABLE plain; -- 漢字`;

function rowsOf(...numbers: readonly number[]): Buffer {
  const writer = createRowBinaryWriter();
  for (const n of numbers) {
    writer.int64(n);
    writer.string(textOf(n));
  }
  return writer.take();
}

describe.skipIf(binary === undefined)(
  'a ClickHouse server that is not ours (skipped without clickhouse-server: see CONTRIBUTING.md)',
  { timeout: 120_000 },
  () => {
    let directory: string;
    let server: ClickHouseServer;
    let store: StoreConnection;
    let version: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'tidemark-clickhouse-'));
      server = await createClickHouseServer(String(binary), directory);
      await server.start();
      const first = connectStore(() => server.address, 'default');
      await first.client().command({ query: `CREATE DATABASE ${DATABASE}` });
      await first.close();
      store = connectStore(() => server.address, DATABASE);
      version = await readServerVersion(store);
      await store.client().command({
        query: 'CREATE TABLE plain (n UInt64, text String) ENGINE = MergeTree ORDER BY n',
      });
    });
    afterAll(async () => {
      await store?.close();
      await server?.kill();
      await rm(directory, { recursive: true, force: true });
    });

    const tables = async () =>
      (
        await queryRows<{ name: string }>(store, `SELECT name FROM system.tables WHERE database = '${DATABASE}'`, {})
      ).map(({ name }) => name);
    const stored = () => queryRows<{ n: number; text: string }>(store, 'SELECT n, text FROM plain ORDER BY n', {});
    const send = (...numbers: readonly number[]) => sendRows(store, LAYOUT, [rowsOf(...numbers)], {});
    const refusal = () => ({
      code: 'store_too_old',
      message: expect.stringContaining(`is version ${version}; Tidemark needs ${LEAST_CLICKHOUSE} or later`),
    });

    it('is refused in a sentence when it is too old, by every command that would make tables there, and left as it was', async ({
      skip,
    }) => {
      skip(!isTooOld(version), `version ${version} is new enough`);
      await expect(applyMigrations(store)).rejects.toMatchObject(refusal());
      await expect(readSchemaState(store)).rejects.toMatchObject(refusal());
      const dataDirectory = await temporaryDirectory();
      const { url: clickhouseUrl, user: clickhouseUser, password: clickhousePassword } = server.address;
      const settings = { clickhouseUrl, clickhouseUser, clickhousePassword };
      const findings = await examine(readConfig({}, { dataDirectory, ...settings }));
      expect(findings.find(({ group, name }) => group === 'Store' && name === 'store')).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining(`version ${version}, which is too old`),
      });

      const test = await startTestCollector(dataDirectory, settings);
      onTestFinished(() => test.close());
      await expect(test.collector.storePrepared).rejects.toMatchObject(refusal());
      // It has said so; whoever runs it decides. What it is sent meanwhile is kept.
      const { url, keys } = test.collector;
      const ack = await deliver(url, keys.writeKey, makeBatch({ events: [makeEvent(1)] }));
      expect(ack).toMatchObject({ accepted: 1 });
      expect(await tables()).toEqual(['plain']);
    });

    it('takes rows in RowBinary as they are, and gives them back', async () => {
      await send(1, 2);
      await send(3);
      expect(await stored()).toEqual([1, 2, 3].map((n) => ({ n, text: textOf(n) })));
    });

    it('says what it cannot do in words that are no verdict on the rows, and takes none of them', async ({ skip }) => {
      skip(!isTooOld(version), `version ${version} knows tokens`);
      const before = await stored();
      // It knows no tokens: a load that relies on one does not go in without.
      await expect(loadRows(store, LAYOUT, [rowsOf(9)])).rejects.toMatchObject({ code: 'store_refused' });
      await expect(
        send(10).then(() => sendRows(store, { ...LAYOUT, table: 'none' }, [rowsOf(11)], {})),
      ).rejects.toThrow("none doesn't exist");
      await expect(sendRows(store, LAYOUT, [rowsOf(12, 13).subarray(0, -1)], {})).rejects.toThrow(
        'Cannot read all data',
      );
      expect(await stored()).toEqual([...before, { n: 10, text: textOf(10) }]);
    });

    it('may be killed at any moment and come back: the same connection goes on, and what was answered is there', async () => {
      const answered: number[] = [];
      let next = 100;
      let down = 0;
      const until = performance.now() + SENDING_MS;
      const sending = (async () => {
        for (; performance.now() < until || down === 0; next++) {
          await send(next).then(
            () => answered.push(next),
            () => {
              down++;
              return sleep(20);
            },
          );
        }
      })();
      while (answered.length < 5) await sleep(5);
      await server.kill();
      expect(await store.ping()).toBe(false);
      while (down === 0) await sleep(5);
      const before = answered.length;
      await server.start();
      expect(await store.ping()).toBe(true);
      await sending;
      expect(answered.length).toBeGreaterThan(before);
      const there = new Set((await stored()).map(({ n }) => n));
      expect(answered.filter((n) => !there.has(n))).toEqual([]);
    });
  },
);
