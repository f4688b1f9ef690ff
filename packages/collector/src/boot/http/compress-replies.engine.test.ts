import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync } from 'node:zlib';
import type { PagesReport } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent, postBatch } from '../../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../../test/fixtures/start-test-collector.js';

const SCRIPT = `// ${'console '.repeat(1_000)}`;

describe('replies', () => {
  let test: TestCollector;
  let consoleDirectory: string;
  beforeAll(async () => {
    consoleDirectory = await mkdtemp(join(tmpdir(), 'tidemark-console-'));
    await writeFile(join(consoleDirectory, 'app.js'), SCRIPT);
    test = await startTestCollector(undefined, {}, { consoleDirectory });
    const events = Array.from({ length: 60 }, (_, n) =>
      makeEvent(n + 1, { type: 'page_view', page: `/product/P${n}` }),
    );
    await deliver(test.collector.url, test.collector.keys.writeKey, makeBatch({ events }));
    await test.drained();
  });
  afterAll(async () => {
    await test.close();
    await rm(consoleDirectory, { recursive: true, force: true });
  });

  /** As it comes over the wire: `fetch` would unpack it. */
  async function ask(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
    const { url, keys } = test.collector;
    const authorization = `Bearer ${keys.secretKey}`;
    return new Promise((resolve, reject) => {
      get(`${url}${path}`, { headers: { authorization, ...headers } }, resolve).on('error', reject);
    });
  }
  async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  it.each(['gzip', 'gzip, deflate, br, zstd'])(
    'of reports and the console come packed for who takes %s',
    async (takes) => {
      const report = await ask('/v1/reports/pages', { 'accept-encoding': takes });
      expect(report.headers).toMatchObject({
        'content-encoding': 'gzip',
        vary: expect.stringContaining('accept-encoding'),
      });
      const packed = await bytesOf(report);
      const text = gunzipSync(packed).toString();
      expect((JSON.parse(text) as PagesReport).rows).toHaveLength(60);
      expect(packed.length).toBeLessThan(text.length / 4);

      const script = await ask('/console/app.js', { 'accept-encoding': takes });
      expect(script.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(await bytesOf(script)).toString()).toBe(SCRIPT);
    },
  );

  it.each(['', 'identity', 'br'])('come plain for who takes %j', async (takes) => {
    const report = await ask('/v1/reports/pages', { 'accept-encoding': takes });
    expect(report.headers['content-encoding']).toBeUndefined();
    expect((JSON.parse((await bytesOf(report)).toString()) as PagesReport).rows).toHaveLength(60);
  });

  it('to senders, of metrics and of the live stream are never packed', async () => {
    const { url, keys } = test.collector;
    const live = await ask('/v1/live', { 'accept-encoding': 'gzip' });
    expect(live.headers['content-type']).toBe('text/event-stream');
    expect(live.headers['content-encoding']).toBeUndefined();
    const [first] = (await live[Symbol.asyncIterator]().next()).value?.toString().split('\n') ?? [];
    expect(first).toBe(': connected'); // at once, and readable
    live.destroy();
    const many = Array.from({ length: 200 }, () => null); // an ack of some 15 kB
    const ack = await postBatch(url, keys.writeKey, makeBatch({ events: many, queue: 2 }));
    expect([ack.status, ack.headers.get('content-encoding')]).toEqual([202, null]);
    expect((await ack.text()).length).toBeGreaterThan(10_000);
    const config = await ask(`/v1/config?k=${keys.writeKey}`, { 'accept-encoding': 'gzip' });
    expect(config.headers['content-encoding']).toBeUndefined();
    config.destroy();
  });

  it('leave the unpacking of requests to our own decoder: gzip is taken, Brotli refused, on every route', async () => {
    const { url, keys } = test.collector;
    const batch = makeBatch({ queue: 3 });
    const packed = brotliCompressSync(JSON.stringify(batch));
    const refused = await postBatch(url, keys.writeKey, packed, { headers: { 'content-encoding': 'br' } });
    expect([refused.status, await refused.json()]).toMatchObject([415, { code: 'unsupported_encoding' }]);
    expect(await deliver(url, keys.writeKey, batch)).toMatchObject({ accepted: 1 });
    const change = await fetch(`${url}/v1/config`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${keys.secretKey}`, 'content-encoding': 'br' },
      body: brotliCompressSync('{"enabled":false}'),
    });
    expect(change.status).toBe(415);
  });
});
