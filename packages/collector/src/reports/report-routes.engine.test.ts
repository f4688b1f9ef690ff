import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PagesReport, Problem } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { listenLive } from '../../../../test/fixtures/listen-live.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import type { IssuedKeys } from '../workspaces/registry.js';

describe('GET /v1/reports', () => {
  let test: TestCollector;
  let other: IssuedKeys;
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
    other = await addWorkspace(directory, 'other');
    test = await startTestCollector(directory);
    await test.collector.storePrepared;
  });
  afterAll(() => test.close());

  const ask = (path: string, key: string) =>
    fetch(`${test.collector.url}/v1/reports/${path}`, { headers: { authorization: `Bearer ${key}` } });

  it.each([
    ['surfaces=h5', 'surfaces'],
    ['from=yesterday%201', 'from'],
    ['to=2026-02-30', 'to'],
    ['surface=desktop', 'surface'],
    ['limit=0', 'limit'],
    ['from=2026-01-01&from=2026-01-02', 'from'],
  ])('refuses ?%s, naming the field', async (query, field) => {
    const answer = await ask(`pages?${query}`, test.collector.keys.readKey);
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as Problem; // its form is what is checked
    expect(problem).toMatchObject({ code: 'invalid_query', field });
    expect(problem.detail).toContain(field);
  });

  it('refuses a report that there is not', async () => {
    for (const name of ['nothing', '__proto__', 'x'.repeat(500)]) {
      expect((await ask(name, test.collector.keys.readKey)).status, name).toBe(404);
    }
  });

  it('needs a read key', async () => {
    const { keys } = test.collector;
    expect((await ask('pages', '')).status).toBe(401);
    expect((await ask('pages', `tm_rk_${'0'.repeat(40)}`)).status).toBe(401);
    expect((await ask('pages', keys.writeKey)).status).toBe(403);
    expect((await ask('pages', keys.secretKey)).status).toBe(200);
  });

  it('shows a workspace its own events and no others, live and reported', async () => {
    const { url, keys } = test.collector;
    const view = (page: string) => makeEvent(1, { type: 'page_view', name: undefined, page });
    const live = await listenLive(url, other.readKey);
    // The very same ids in both: nothing but the key tells them apart.
    expect(await deliver(url, keys.writeKey, makeBatch({ events: [view('/mine')] }))).toMatchObject({ accepted: 1 });
    expect(await deliver(url, other.writeKey, makeBatch({ events: [view('/theirs')] }))).toMatchObject({ accepted: 1 });
    await test.drained();
    for (const [key, page] of [
      [keys.readKey, '/mine'],
      [other.readKey, '/theirs'],
    ] as const) {
      const report = (await (await ask('pages', key)).json()) as PagesReport; // the collector's own
      expect(report.rows.map((row) => row.page)).toEqual([page]);
      expect(report.totals).toEqual({ views: 1, visitors: 1, sessions: 1 });
    }
    expect(live.messages.map(({ event }) => event.page)).toEqual(['/theirs']);
    live.close();
  });

  it('answers for times beyond what the store can hold, and for values that look like SQL', async () => {
    const { readKey } = test.collector.keys;
    const all = (await (await ask('pages?from=0&to=999999999999999', readKey)).json()) as PagesReport; // as above
    expect(all.totals.views).toBe(1);
    for (const appId of ["' OR 1=1 --", '\\', "\\' OR 1=1 --", 'a\tb\nc', '{app:String}']) {
      const answer = await ask(`pages?appId=${encodeURIComponent(appId)}`, readKey);
      expect(answer.status, appId).toBe(200);
      expect(((await answer.json()) as PagesReport).rows).toEqual([]);
    }
  });
});
