import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Ack, EventBatch } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportDependencies, type ImportOptions, importFile } from './import-file.js';

const line = (clock: string, path: string, address = '203.0.113.7') =>
  `${address} - - [17/May/2015:${clock} +0000] "GET ${path} HTTP/1.1" 200 12 "-" "Mozilla/5.0"`;
const LOG = [
  line('10:00:03', '/b'),
  line('10:00:00', '/a'),
  'noise',
  line('10:00:01', '/a.png'),
  line('12:00:00', '/late'),
  line('10:00:00', '/a', '::1'),
].join('\n');

let folder: string;
let options: ImportOptions;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-file-'));
  const file = join(folder, 'access.log');
  await writeFile(file, LOG);
  options = { file, format: 'combined-log', url: 'http://collector.test', key: 'tm_sk_x', appId: 'web' };
});
afterEach(() => rm(folder, { recursive: true }));

/** A collector that recognises copies by queue and number, as the real one does. */
function fakeCollector() {
  const seen = new Set<string>();
  const batches: EventBatch[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const dependencies: ImportDependencies = {
    fetch: async (_url, request) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      const batch = JSON.parse(gunzipSync(request?.body as Uint8Array).toString()) as EventBatch;
      batches.push(batch);
      const fresh = batch.events.filter(({ seq }) => !seen.has(`${batch.context.queueId} ${seq}`));
      for (const { seq } of fresh) seen.add(`${batch.context.queueId} ${seq}`);
      const ack: Ack = {
        batchId: batch.batchId,
        accepted: fresh.length,
        duplicate: batch.events.length - fresh.length,
        rejected: [],
        serverTimeMs: 1,
      };
      return Response.json(ack, { status: 202 });
    },
    now: () => 1_700_000_000_000,
    random: () => 0,
    sleep: async () => undefined,
  };
  return { dependencies, batches, mostUnderWay: () => mostUnderWay };
}

describe('importFile', () => {
  it('imports a log and says what it did', async () => {
    const { dependencies } = fakeCollector();
    expect(await importFile(options, dependencies)).toEqual({
      lines: 6,
      unparsable: [{ lineNumber: 3, reason: 'no_time' }],
      events: 6,
      accepted: 6,
      duplicate: 0,
      rejected: [],
      pageViews: 4,
      requests: 1,
      sessions: 3,
      visitors: 2,
      firstAt: Date.UTC(2015, 4, 17, 10),
      lastAt: Date.UTC(2015, 4, 17, 12),
    });
  });

  it('sends the same events again, all of them duplicates', async () => {
    const collector = fakeCollector();
    const first = await importFile(options, collector.dependencies);
    const sent = collector.batches.splice(0).map((batch) => JSON.stringify(batch));
    expect(await importFile(options, collector.dependencies)).toEqual({ ...first, accepted: 0, duplicate: 6 });
    expect(collector.batches.map((batch) => JSON.stringify(batch)).sort()).toEqual(sent.sort());
  });

  it('takes a file whose bytes differ for another file', async () => {
    const collector = fakeCollector();
    await importFile(options, collector.dependencies);
    await writeFile(options.file, `${LOG}\n`);
    expect(await importFile(options, collector.dependencies)).toMatchObject({ accepted: 6, duplicate: 0 });
  });

  it('is history with a secret key and news with a write key; a read key and no key are refused', async () => {
    const { dependencies, batches } = fakeCollector();
    await importFile(options, dependencies);
    expect(batches.every(({ historical }) => historical === true)).toBe(true);
    batches.length = 0;
    await importFile({ ...options, key: 'tm_pk_x' }, dependencies);
    expect(batches.some((batch) => 'historical' in batch)).toBe(false);
    await expect(importFile({ ...options, key: 'tm_rk_x' }, dependencies)).rejects.toThrow('read key');
    await expect(importFile({ ...options, key: 'x' }, dependencies)).rejects.toMatchObject({
      code: 'import_key_refused',
    });
  });

  it('has at most four batches under way and tells how far it is', async () => {
    const visitors = Array.from({ length: 40 }, (_, i) => line('10:00:00', '/', `::${i}`));
    await writeFile(options.file, visitors.join('\n'));
    const { dependencies, mostUnderWay } = fakeCollector();
    const progress: [number, number][] = [];
    await importFile(options, { ...dependencies, onProgress: (done, all) => progress.push([done, all]) });
    expect(mostUnderWay()).toBe(4);
    expect(progress).toEqual(Array.from({ length: 40 }, (_, i) => [i + 1, 40]));
  });

  it('begins nothing new after a failure', async () => {
    const visitors = Array.from({ length: 40 }, (_, i) => line('10:00:00', '/', `::${i}`));
    await writeFile(options.file, visitors.join('\n'));
    let calls = 0;
    const fetch = async () => {
      calls++;
      return new Response('', { status: 401 });
    };
    const failing = importFile(options, { ...fakeCollector().dependencies, fetch });
    await expect(failing).rejects.toMatchObject({ code: 'import_key_refused' });
    expect(calls).toBe(4);
  });

  it('has nothing to say of a file without lines, and names one it cannot read', async () => {
    await writeFile(options.file, '');
    expect(await importFile(options, fakeCollector().dependencies)).toMatchObject({
      lines: 0,
      events: 0,
      firstAt: undefined,
    });
    const missing = { ...options, file: join(folder, 'missing.log') };
    await expect(importFile(missing, fakeCollector().dependencies)).rejects.toThrow(
      /Cannot read .*missing\.log.*ENOENT/,
    );
  });
});
