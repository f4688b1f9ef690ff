import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PagesReport, type Problem, REPORT_NAMES } from '@tidemark/protocol';
import { REPORT_SCHEMAS } from '@tidemark/protocol/schema';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenLive } from '../../../../benchmarks/src/load/listen-live.js';
import { PAYLOADS } from '../../../../test/contract/reports/injection-payloads.js';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../test/fixtures/migrated-store.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { createHttpApp } from '../boot/http/http-app.js';
import { createLogger } from '../observe/logger.js';
import { createMetrics } from '../observe/metrics.js';
import { REPORT_LIMITS } from '../store/reports/query-scope.js';
import { createRegistry, type IssuedKeys } from '../workspaces/registry.js';
import { registerReportRoutes } from './report-routes.js';

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
    expect(live.messages.map(({ value }) => value.page)).toEqual(['/theirs']);
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

  it.each([
    ['pages', '"/mine","h5",1,1,1,1,1'],
    ['surfaces', '"","h5",1,1,0,0,1,1'],
  ])('sends rows of %s as they are asked for, with the same figures in each format', async (name, text) => {
    const { readKey } = test.collector.keys;
    const { rows } = (await (await ask(name, readKey)).json()) as { readonly rows: readonly object[] }; // the collector's own
    const answers = await Promise.all(
      ['jsonl', 'csv', 'parquet', 'arrow'].map(async (format) => {
        const answer = await ask(`${name}?format=${format}`, readKey);
        expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}.${format}"`);
        return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
      }),
    );
    const [jsonl, csv, parquet, arrow] = answers.map(({ bytes }) => bytes);
    expect(answers.map(({ type }) => type)).toEqual([
      'application/x-ndjson',
      'text/csv; charset=utf-8',
      'application/vnd.apache.parquet',
      'application/vnd.apache.arrow.stream',
    ]);
    expect(JSON.parse(String(jsonl))).toEqual(rows[0]);
    const [head, line] = String(csv).split('\n');
    expect(head?.replaceAll('"', '').split(',')).toEqual(Object.keys(rows[0] ?? {}));
    expect(line).toContain(text);
    expect([String(parquet?.subarray(0, 4)), String(parquet?.subarray(-4))]).toEqual(['PAR1', 'PAR1']);
    expect(arrow?.readUInt32LE(0)).toBe(0xffffffff); // continuation of an encapsulated message. @see Arrow, "IPC streaming format"
  });

  it('answers every report, and refuses what one has not by its name', async () => {
    const { readKey } = test.collector.keys;
    const steps = encodeURIComponent(JSON.stringify([{ view: '/mine' }, { goal: 'paid' }]));
    for (const name of REPORT_NAMES) {
      const own = name === 'funnel' ? `?steps=${steps}` : '';
      const answer = await ask(`${name}${own}`, readKey);
      expect(answer.status, name).toBe(200);
      REPORT_SCHEMAS[name].parse(await answer.json());
      const refused = await ask(`${name}${own === '' ? '?' : `${own}&`}nothing=1`, readKey);
      expect(await refused.json()).toMatchObject({ code: 'invalid_query', field: 'nothing' });
    }
  });

  it('knows every time zone that it takes', async () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const wrong: string[] = [];
    for (const zone of zones.filter((_, i) => i % 25 === 0)) {
      const answer = await ask(`sessions?timeZone=${encodeURIComponent(zone)}`, test.collector.keys.readKey);
      if (answer.status !== 200) wrong.push(zone);
    }
    expect(wrong).toEqual([]);
  });

  it('is unharmed by texts that mean something to SQL', async () => {
    const { readKey } = test.collector.keys;
    const tables = async () => (await ask('pages', readKey)).text();
    const before = await tables();
    const texts = PAYLOADS.filter((_, i) => i % 16 === 0);
    for (const text of texts) {
      const segment = encodeURIComponent(
        JSON.stringify([{ field: 'country', is: [text] }, { didNot: { click: text } }]),
      );
      const steps = encodeURIComponent(JSON.stringify([{ view: text }, { custom: text }]));
      const app = encodeURIComponent(text);
      for (const path of [`pages?segment=${segment}`, `overview?appId=${app}`, `funnel?steps=${steps}`]) {
        const answer = await ask(path, readKey);
        expect(answer.status, text).toBe(200);
        const { rows } = (await answer.json()) as { readonly rows: readonly { readonly visitors: number }[] }; // as above
        expect(
          rows.every(({ visitors }) => visitors === 0),
          text,
        ).toBe(true);
      }
    }
    expect(await tables()).toBe(before);
  });
});

describe('a report that would take too much', () => {
  it('is cut off with a sentence that says what to do, and the next one is answered', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    await engine.store.client().command({
      query: `INSERT INTO events (workspace_id, app_id, surface, visitor_id, session_id, session_started_at, event_day, occurred_at, event_id, event_type, page)
              SELECT 'w', 'shop', 'h5', generateUUIDv4(), generateUUIDv4(), toDateTime64('2026-01-05 10:00:00', 3, 'UTC'), '2026-01-05',
                     toDateTime64('2026-01-05 10:00:00', 3, 'UTC'), generateUUIDv4(), 'page_view', toString(number) FROM numbers(60000)`,
    });
    const limits = { ...REPORT_LIMITS };
    const registry = createRegistry({ workspaces: [], keys: [] }, () => 0);
    const { readKey } = registry.createWorkspace('w', 'w');
    const app = createHttpApp(0, createLogger('silent'), createMetrics());
    registerReportRoutes(app, {
      formsOf: (_workspaceId, id) => [id],
      registry,
      store: engine.store,
      storeReady: () => true,
      now: () => 0,
      limits,
    });
    onTestFinished(() => app.close());
    const ask = (format: string) =>
      app.inject({ url: `/v1/reports/pages?format=${format}`, headers: { authorization: `Bearer ${readKey}` } });
    const plain = (await ask('json')).body;
    for (const [limit, what] of [
      [{ rowsRead: 1_000 }, '1000 rows read'],
      [{ memoryBytes: 2_000_000 }, '2 MB of memory'],
    ] as const) {
      Object.assign(limits, REPORT_LIMITS, limit);
      for (const format of ['json', 'csv']) {
        const refused = await ask(format);
        expect(refused.statusCode, format).toBe(422);
        expect(refused.json()).toMatchObject({ code: 'query_too_heavy' });
        expect(refused.json<Problem>().detail).toContain(what);
      }
      Object.assign(limits, REPORT_LIMITS);
      expect((await ask('json')).body).toBe(plain);
    }
  });
});
