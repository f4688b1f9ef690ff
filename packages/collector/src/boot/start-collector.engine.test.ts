import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenLive } from '../../../../benchmarks/src/load/listen-live.js';
import { deliver, makeBatch, makeEvent, postBatch } from '../../../../test/fixtures/batches.js';
import {
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { readClientConfigs } from '../store/control/client-configs.js';
import { readConfig } from './config.js';
import { startCollector } from './start-collector.js';

async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

async function ownDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A collector whose engine never comes up. */
async function startWithoutStore(dataDirectory: string, engineScript = 'process.stdin.resume()') {
  const collector = await startCollector({
    config: readConfig({}, { dataDirectory, port: 0, logLevel: 'silent' }),
    firstWorkspace: 'test',
    engineCommand: [process.execPath, '-e', engineScript],
  });
  onTestFinished(() => collector.close());
  return collector;
}

describe('a running collector', () => {
  let test: TestCollector;
  beforeAll(async () => {
    test = await startTestCollector();
  });
  afterAll(() => test.close());

  it('says that it lives, that it is ready, and how much it does', async () => {
    const { url, keys } = test.collector;
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'ok' });
    await test.drained();
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        checks: {
          wal: { ok: true, detail: '0 segments wait for the store' },
          disk: { ok: true, detail: expect.stringMatching(/^\d+ MiB free$/) },
          store: { ok: true, detail: 'it answers' },
          schema: { ok: true, detail: expect.stringMatching(/^migration (\d+) of \1$/) },
          roles: { ok: true, detail: 'ingest, analyze, console' },
        },
      },
    ]);
    await deliver(url, keys.writeKey, makeBatch({ queue: 1, events: [makeEvent(1), makeEvent(1), { type: 'nope' }] }));
    const metrics = async () => (await (await fetch(`${url}/metrics`)).text()).split('\n');
    const told = [
      'tidemark_events_total{outcome="accepted"} 1',
      'tidemark_events_total{outcome="duplicate"} 1',
      'tidemark_events_total{outcome="rejected"} 1',
      'tidemark_wal_pending_bytes 0',
      'tidemark_wal_segments 0',
      'tidemark_engine_restarts 0',
      'tidemark_loaded_rows_total 3', // that of the copies comes a second later
      'tidemark_ack_seconds_count 1',
      'tidemark_batch_events_sum 3',
      'tidemark_commit_seconds_count 2',
      'tidemark_wal_sync_seconds_count 2',
      'tidemark_load_rows_sum 3',
      'tidemark_queryable_seconds_count 1',
      'tidemark_bytes_in_flight 0',
      'tidemark_shed_requests_total{reason="bytes"} 0',
    ];
    await expect.poll(metrics).toEqual(expect.arrayContaining(told));
  });

  it('refuses in one form what is not there', async () => {
    const answer = await fetch(`${test.collector.url}/v1/nothing?k=secret`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = await answer.text();
    expect(problem).toContain('GET /v1/nothing');
    expect(problem).not.toContain('secret');
    for (const path of ['/%zz', `/v1/reports/${'x'.repeat(500)}`]) {
      const unreadable = await fetch(test.collector.url + path);
      expect(unreadable.status).toBe(404);
      expect(await unreadable.json()).toMatchObject({ code: 'not_found' });
    }
  });

  it('is the only one on its data directory, and on its port', async () => {
    const { collector, directory } = test;
    await expect(startTestCollector(directory)).rejects.toMatchObject({ code: 'data_directory_locked' });
    const other = await ownDirectory();
    const port = Number(new URL(collector.url).port);
    const error = await startTestCollector(other, { port }).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'port_taken' });
    expect(String(error)).toMatch(new RegExp(`^TidemarkError: port ${port} is taken: [^.\n]+$`));
    expect(await readdir(other)).not.toContain('collector.lock');
  });
});

describe('a collector that is stopped', () => {
  it('ends within three seconds with a listener and a keep-alive client', async () => {
    const test = await startTestCollector();
    await test.drained();
    const { url, keys } = test.collector;
    const listening = await listenLive(url, keys.readKey);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const request = get(`${url}/livez`, { agent });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    await deliver(url, keys.writeKey, makeBatch());
    expect(await elapsedMs(test.close())).toBeLessThan(3_000);
    await listening.ended;
  });

  it('ends within three seconds while the store is still being waited for, and keeps what it accepted', async () => {
    const directory = await ownDirectory();
    const collector = await startWithoutStore(directory);
    const batch = makeBatch();
    expect(await deliver(collector.url, collector.keys.writeKey, batch)).toMatchObject({ accepted: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300)); // the loader has begun to wait
    const ready = await fetch(`${collector.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { checks: { store: { ok: false }, wal: { ok: true } } },
    ]);
    expect((await fetch(`${collector.url}/readyz?for=ingest`)).status).toBe(200); // it accepts all the same
    const report = await fetch(`${collector.url}/v1/reports/pages`, {
      headers: { authorization: `Bearer ${collector.keys.readKey}` },
    });
    expect([report.status, report.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await elapsedMs(collector.close())).toBeLessThan(3_000);

    const next = await startTestCollector(directory);
    onTestFinished(() => next.close());
    expect(await deliver(next.collector.url, collector.keys.writeKey, batch)).toMatchObject({ duplicate: 1 });
    await next.drained();
    expect((await next.report('visitors')).totals.visitors).toBe(1);
  });

  it('keeps what pages are told, whether the store is there to be told of it or not', async () => {
    const directory = await ownDirectory();
    const sampling = { click: 0.5, "it's \\ 漢字 {x:String}": 0 };
    const storeless = await startWithoutStore(directory);
    const { keys } = storeless;
    const put = async (url: string, change: unknown) => {
      const authorization = `Bearer ${keys.secretKey}`;
      const body = JSON.stringify(change);
      const answer = await fetch(`${url}/v1/config`, { method: 'PUT', headers: { authorization }, body });
      expect([answer.status, await answer.json()]).toMatchObject([200, change]);
    };
    await put(storeless.url, { enabled: false });
    await storeless.close();

    const second = await startTestCollector(directory);
    await second.collector.storePrepared;
    await put(second.collector.url, { sampling });
    await new Promise((resolve) => setTimeout(resolve, 500)); // the store is told after the answer
    await second.collector.close();
    const rows = await inspectStore(directory, readClientConfigs);
    expect(rows).toMatchObject([{ workspaceId: 'test', enabled: false, sampling }]);

    const snapshot = join(directory, 'control.json');
    const { clientConfigs, ...others } = JSON.parse(await readFile(snapshot, 'utf8')) as Record<string, unknown>; // ours
    expect(clientConfigs).toEqual(rows);
    await writeFile(snapshot, JSON.stringify(others)); // an older one was put back
    const third = await startTestCollector(directory);
    await third.collector.storePrepared;
    const answer = await fetch(`${third.collector.url}/v1/config?k=${keys.writeKey}`);
    expect(await answer.json()).toMatchObject({ enabled: false, sampling });
    await third.collector.close();
  });

  it('tells whoever waits for the store that there is no engine for this platform', async () => {
    const missing = `console.log('stray words'); console.log(JSON.stringify({ kind: 'missing', message: 'no binary' }))`;
    const collector = await startWithoutStore(await ownDirectory(), missing);
    await expect(collector.storePrepared).rejects.toMatchObject({
      code: 'engine_missing',
      message: expect.stringMatching(/^the embedded engine has no binary for [^.]+, or point TIDEMARK_CLICKHOUSE_URL/),
    });
    await deliver(collector.url, collector.keys.writeKey, makeBatch()); // it accepts all the same
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await elapsedMs(collector.close())).toBeLessThan(3_000);
  });

  it('knows copies after a restart, those in the store as those still in the WAL', async () => {
    const directory = await ownDirectory();
    const first = await startTestCollector(directory);
    const { keys } = first.collector;
    const loaded = makeBatch({ queue: 1, events: [makeEvent(1), makeEvent(2)] });
    await deliver(first.collector.url, keys.writeKey, loaded);
    await first.drained();
    const waiting = makeBatch({ queue: 2, events: [makeEvent(1, {}, 2)] });
    await deliver(first.collector.url, keys.writeKey, waiting);
    await first.collector.close();

    const second = await startTestCollector(directory);
    expect(second.collector.keys).toEqual(keys);
    const { url } = second.collector;
    expect(await deliver(url, keys.writeKey, loaded)).toMatchObject({ accepted: 0, duplicate: 2 });
    expect(await deliver(url, keys.writeKey, waiting)).toMatchObject({ accepted: 0, duplicate: 1 });
    const more = makeBatch({ queue: 2, events: [makeEvent(1, {}, 2), makeEvent(2, {}, 2)] });
    expect(await deliver(url, keys.writeKey, more)).toMatchObject({ accepted: 1, duplicate: 1 });
    await second.drained();
    expect((await second.report('sessions')).totals).toMatchObject({ sessions: 2, events: 4 });
    await second.collector.close();
  });

  it('leaves its keys without an address, since whoever listens there next is somebody else', async () => {
    const directory = await ownDirectory();
    const collector = await startWithoutStore(directory);
    const read = async () => JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8')) as unknown;
    const kept = { ...collector.keys, adminKey: expect.stringMatching(/^tm_sk_/) };
    expect(await read()).toEqual({ ...kept, url: collector.url });
    await collector.close();
    expect(await read()).toEqual(kept);
  });

  it('tells keep-alive clients of its end with the answers that are under way, and cuts who does not come to one', async () => {
    const collector = await startWithoutStore(await ownDirectory());
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const body = JSON.stringify(makeBatch());
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      const outgoing = request(`${collector.url}/v1/batch`, {
        agent,
        method: 'POST',
        headers: { authorization: `Bearer ${collector.keys.writeKey}`, 'content-length': Buffer.byteLength(body) },
      });
      outgoing.on('response', (incoming) => {
        incoming.resume();
        resolve({ status: incoming.statusCode, connection: incoming.headers.connection });
      });
      outgoing.on('error', reject);
      outgoing.write(body.slice(0, 10));
      setTimeout(() => outgoing.end(body.slice(10)), 300); // by then it is being stopped
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const never = request(`${collector.url}/v1/batch`, { method: 'POST', agent, headers: { 'content-length': 10 } });
    const cut = once(never, 'error');
    never.setHeader('authorization', `Bearer ${collector.keys.writeKey}`);
    never.write('{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closing = collector.close();
    expect(await answered).toEqual({ status: 202, connection: 'close' });
    await cut;
    await closing;
  });

  it('lets go of its data directory and its engine when the WAL cannot be opened', async () => {
    const directory = await ownDirectory();
    await (await startWithoutStore(directory)).close();
    const wal = join(directory, 'wal');
    await rm(wal, { recursive: true });
    await writeFile(wal, 'a file where the folder belongs');
    const pidFile = join(directory, 'engine.pid');
    const script = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); process.stdin.resume()`;
    await expect(startWithoutStore(directory, script)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(directory)).not.toContain('collector.lock');
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0')); // it may not even have come so far
    if (pid > 0) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await rm(wal);
    await (await startWithoutStore(directory)).close();
  });

  it('lets go of its data directory when it cannot start', async () => {
    const directory = await ownDirectory();
    const blocker = createServer();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    onTestFinished(() => void blocker.close());
    const { port } = blocker.address() as AddressInfo; // listening on TCP
    await expect(startTestCollector(directory, { port })).rejects.toMatchObject({ code: 'port_taken' });
    const test = await startTestCollector(directory);
    expect((await postBatch(test.collector.url, test.collector.keys.writeKey, makeBatch())).status).toBe(202);
    await test.close();
  });
});
