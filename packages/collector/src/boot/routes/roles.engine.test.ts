import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import { startTestCollector } from '../../../../../test/fixtures/start-test-collector.js';

it('collectors with a role each do the work of one together, and name the role that they lack', async () => {
  const server = await startTestEngine();
  onTestFinished(() => server.close());
  const address = server.engine.address();
  if (!address) throw new Error('the engine is not there');
  const start = async (roles: string) => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
    const { url: clickhouseUrl, user: clickhouseUser, password: clickhousePassword } = address;
    const test = await startTestCollector(directory, { roles, clickhouseUrl, clickhouseUser, clickhousePassword });
    onTestFinished(async () => {
      await test.collector.close();
      await rm(directory, { recursive: true, force: true });
    });
    await test.collector.storePrepared;
    return test;
  };
  const ingest = await start('ingest');
  const analyze = await start('analyze');
  const console = await start('console');
  const ask = async ({ url }: { readonly url: string }, path: string, init?: RequestInit) => {
    const answer = await fetch(url + path, init);
    return { status: answer.status, text: await answer.text() };
  };

  for (const [{ collector }, role] of [
    [ingest, 'ingest'],
    [analyze, 'analyze'],
  ] as const) {
    const ready = JSON.parse((await ask(collector, '/readyz')).text);
    expect(ready).toMatchObject({ status: 'ready', checks: { roles: { ok: true, detail: role } } });
  }
  const { keys } = ingest.collector;
  await deliver(ingest.collector.url, keys.writeKey, makeBatch({ events: [makeEvent(1), makeEvent(2)] }));
  await ingest.drained();
  const { url } = analyze.collector;
  const authorization = `Bearer ${keys.readKey}`; // the store told the one that started later
  const report = await ask({ url }, '/v1/reports/sessions', { headers: { authorization } });
  expect(JSON.parse(report.text)).toMatchObject({ totals: { sessions: 1, events: 2 } });

  const bare = await fetch(console.collector.url, { redirect: 'manual' });
  expect([bare.status, bare.headers.get('location')]).toEqual([302, '/console/']);
  for (const [{ collector }, role, path, method] of [
    [ingest, 'analyze', '/v1/reports/pages', 'GET'],
    [ingest, 'analyze', '/v1/feature-catalog', 'GET'],
    [ingest, 'analyze', '/v1/admin/sql', 'POST'],
    [ingest, 'console', '/console/', 'GET'],
    [analyze, 'ingest', '/v1/batch', 'POST'],
    [analyze, 'ingest', '/v1/acks?ids=secret', 'GET'],
    [analyze, 'ingest', '/v1/decide', 'POST'],
    [analyze, 'ingest', '/v1/models', 'GET'],
    [analyze, 'ingest', `/v1/queues/${makeBatch().context.queueId}`, 'GET'],
    [console, 'ingest', '/v1/live', 'GET'],
    [console, 'analyze', '/v1/reports/visitors', 'GET'],
  ] as const) {
    const refusal = await ask(collector, path, { method });
    expect([path, refusal.status], refusal.text).toEqual([path, 404]);
    expect(JSON.parse(refusal.text)).toMatchObject({ code: 'not_found', detail: expect.stringContaining(`"${role}"`) });
    expect(refusal.text).not.toContain('secret');
  }
});
