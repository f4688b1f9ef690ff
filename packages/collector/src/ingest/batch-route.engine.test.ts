import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type Ack, LIMITS, PERSONAL_KINDS, type Problem } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent, postBatch } from '../../../../test/fixtures/batches.js';
import {
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { queryRows } from '../store/query-rows.js';

const corpora = join(process.env.TIDEMARK_TEST_DATA ?? '../shared/data', 'corpora');
const jsonSuite = join(corpora, 'json-test-suite/test_parsing');
const naughtyStrings = join(corpora, 'naughty-strings/strings.json');

let test: TestCollector;
let queues = 0;
const post = (...[body, options]: [Parameters<typeof postBatch>[2], Parameters<typeof postBatch>[3]?]) =>
  postBatch(test.collector.url, test.collector.keys.writeKey, body, options);
const send = (batch: Parameters<typeof deliver>[2]) => deliver(test.collector.url, test.collector.keys.writeKey, batch);

async function expectProblem(answer: Response, status: number, code: string): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const problem = (await answer.json()) as Problem; // its form is what is checked
  expect(problem).toMatchObject({ status, code, type: `urn:tidemark:problem:${code}` });
  expect(problem.title && problem.detail).toBeTruthy();
}

beforeAll(async () => {
  test = await startTestCollector(undefined, { unmask: PERSONAL_KINDS.join() }); // strings must come through as they are
});
afterAll(() => test.close());

describe('POST /v1/batch refuses', () => {
  it.each([
    ['no key', '', 401, 'unknown_key'],
    ['a key that nobody issued', `tm_pk_${'0'.repeat(40)}`, 401, 'unknown_key'],
    ['what is no key', 'hello', 401, 'malformed_key'],
  ])('%s', async (_, key, status, code) => {
    await expectProblem(await postBatch(test.collector.url, key, makeBatch()), status, code);
  });

  it('a read key, and any but a write key in the address', async () => {
    const { url, keys } = test.collector;
    await expectProblem(await postBatch(url, keys.readKey, makeBatch()), 403, 'forbidden');
    for (const key of [keys.readKey, keys.secretKey]) {
      const answer = await fetch(`${url}/v1/batch?k=${key}`, { method: 'POST', body: JSON.stringify(makeBatch()) });
      await expectProblem(answer, 403, 'forbidden');
    }
  });

  it('a body over the limit, plain or packed', async () => {
    const long = JSON.stringify({ ...makeBatch(), padding: 'x'.repeat(LIMITS.bodyBytes) });
    await expectProblem(await post(long), 413, 'body_too_large');
    await expectProblem(await post(long, { gzip: true }), 413, 'body_too_large');
    await expectProblem(await post('x'.repeat(8 * LIMITS.bodyBytes)), 413, 'body_too_large');
  });

  it('Brotli, in the header or the address', async () => {
    const body = brotliCompressSync(JSON.stringify(makeBatch()));
    await expectProblem(await post(body, { headers: { 'content-encoding': 'br' } }), 415, 'unsupported_encoding');
    const { url, keys } = test.collector;
    const answer = await fetch(`${url}/v1/batch?z=br&k=${keys.writeKey}`, { method: 'POST', body });
    await expectProblem(answer, 415, 'unsupported_encoding');
  });

  it('a body that is missing, torn or no batch', async () => {
    for (const body of ['', '{"v":1', '[]', 'null', '"text"', '{}']) {
      const answer = await post(body);
      await expectProblem(
        answer,
        400,
        answer.status === 400 && /^[[{"n].*[\]}"l]$/.test(body) ? 'invalid_batch' : 'unreadable_body',
      );
    }
    const torn = await post(Buffer.from([0x1f, 0x8b, 8, 0]), { headers: { 'content-encoding': 'gzip' } });
    await expectProblem(torn, 400, 'unreadable_body');
  });

  it('history from a write key', async () => {
    const batch = makeBatch({ queue: ++queues, envelope: { historical: true } });
    await expectProblem(await post(batch), 403, 'forbidden');
    const { url, keys } = test.collector;
    expect(await deliver(url, keys.secretKey, batch)).toMatchObject({ accepted: 1 });
  });
});

describe('POST /v1/batch takes', () => {
  it('a text/plain body with the key in the address, as a page sends it without a preflight', async () => {
    const { url, keys } = test.collector;
    const answer = await fetch(`${url}/v1/batch?k=${keys.writeKey}`, {
      method: 'POST',
      headers: { origin: 'https://shop.example', 'content-type': 'text/plain;charset=UTF-8' },
      body: JSON.stringify(makeBatch({ queue: ++queues })),
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toMatchObject({ accepted: 1 });
  });

  it('answers the preflight of one that has headers', async () => {
    const answer = await fetch(`${test.collector.url}/v1/batch`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type.*content-encoding/);
  });

  it('a copy as a copy, in the same batch or in another, and the reports do not move', async () => {
    const queue = ++queues;
    const events = Array.from({ length: 30 }, (_, n) =>
      makeEvent(n + 1, { type: 'page_view', name: undefined, page: `/copies/${n % 3}` }, queue),
    );
    const batch = makeBatch({ queue, events });
    expect(await send(batch)).toMatchObject({ accepted: 30, duplicate: 0 });
    await test.drained();
    const before = await Promise.all([test.report('pages'), test.report('sessions'), test.report('visitors')]);
    expect(before[0].rows.filter((row) => row.page.startsWith('/copies/')).map((row) => row.views)).toEqual([
      10, 10, 10,
    ]);

    expect(await send(batch)).toMatchObject({ accepted: 0, duplicate: 30 });
    for (const part of [events.slice(0, 7), events.slice(5, 30)]) {
      const ack = await send(makeBatch({ queue, events: part }));
      expect(ack).toMatchObject({ accepted: 0, duplicate: part.length });
    }
    const mixed = makeBatch({ queue, events: [...events, makeEvent(31, {}, queue)] });
    const together = await Promise.all([send(mixed), send(mixed), send(mixed)]);
    expect(together.map((ack) => ack.accepted).sort()).toEqual([0, 0, 1]);
    await test.drained();
    const after = await Promise.all([test.report('pages'), test.report('sessions'), test.report('visitors')]);
    expect(after[0]).toEqual(before[0]);
    expect(after[1].totals.events).toBe(before[1].totals.events + 1);
    expect(after[2]).toEqual(before[2]);
  });
});

describe('POST /v1/batch with hostile content', () => {
  it.skipIf(!existsSync(jsonSuite))('answers every file of the JSON test suite by 202, 400 or 413', async () => {
    const files = readdirSync(jsonSuite);
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const body = readFileSync(join(jsonSuite, file));
      const [alone, asEvent] = [await post(body), await post(inBatch(body))];
      expect([400, 413], file).toContain(alone.status);
      expect([202, 400, 413], file).toContain(asEvent.status);
    }
  });

  it('refuses in time an event that is nested beyond all reason, and takes what is beside it', async () => {
    const queue = ++queues;
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    const good = makeEvent(1, {}, queue);
    const body = JSON.stringify(makeBatch({ queue, events: [good, 'deep'] })).replace('"deep"', deep);
    const answer = await post(body);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 1, reason: 'not_an_object' }] });
    expect(await send(makeBatch({ queue, events: [good] }))).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  it('keeps what is refused with its reason, the rest as events, and every string as it came', async () => {
    const directory = test.directory;
    const queue = ++queues;
    const bad = {
      ...makeEvent(2, { page: '/bad' }, queue),
      seq: -2,
      extra: { a: ['\u0000', "'; DROP TABLE events; --"] },
    };
    const refusing = makeBatch({ queue, events: [makeEvent(1, {}, queue), bad, makeEvent(3, {}, queue)] });
    const ack = await send(refusing);
    const rejected: Ack['rejected'] = [{ index: 1, eventId: bad.eventId, reason: 'out_of_range', field: 'seq' }];
    expect(ack).toMatchObject({ accepted: 2, duplicate: 0, rejected });
    expect(await send(refusing)).toMatchObject({ accepted: 0, duplicate: 2, rejected });

    const naughtyQueue = ++queues;
    const strings = [
      ...(existsSync(naughtyStrings) ? (JSON.parse(readFileSync(naughtyStrings, 'utf8')) as string[]) : []),
      'a\n\nb',
      '\n\n; DROP TABLE events;\n\n',
      '\u0000',
      '\ud800 lone',
      'lone \udc00',
      '\ufeff',
      '\\N',
      "\\'",
      '{x:String}',
      '😀'.repeat(LIMITS.textLength),
    ].filter((text) => [...text].length <= LIMITS.textLength);
    const events = strings.map((text, n) =>
      makeEvent(n + 1, { type: 'page_view', name: undefined, title: text, page: text, props: { text } }, naughtyQueue),
    );
    expect(await send(makeBatch({ queue: naughtyQueue, events, context: { userId: 'üser' } }))).toMatchObject({
      accepted: strings.length,
      rejected: [],
    });
    await test.drained();
    await test.collector.close();
    try {
      await inspectStore(directory, async (store) => {
        expect(
          await queryRows(
            store,
            'SELECT event_index, event_id, reason, field, raw FROM rejected FINAL WHERE batch_id = {b:UUID}',
            {
              b: refusing.batchId,
            },
          ),
        ).toEqual([
          { event_index: 1, event_id: bad.eventId, reason: 'out_of_range', field: 'seq', raw: JSON.stringify(bad) },
        ]);
        const where = 'WHERE queue_id = {q:UUID} ORDER BY seq';
        expect(await queryRows(store, `SELECT seq FROM events ${where}`, { q: refusing.context.queueId })).toEqual([
          { seq: 1 },
          { seq: 3 },
        ]);
        const read = await queryRows<{ title: string; page: string; prop: string }>(
          store,
          `SELECT title, page, props['text'] AS prop FROM events ${where}`,
          { q: makeBatch({ queue: naughtyQueue }).context.queueId },
        );
        // UTF-8 has no lone surrogates: they are stored as U+FFFD
        const stored = strings.map((text) => Buffer.from(text).toString());
        expect(read.map((row) => row.title)).toEqual(stored);
        const isNoAddress = (_: unknown, n: number) => !/[?#@]/.test(strings[n] ?? ''); // those lose their queries
        expect(read.map((row) => row.page).filter(isNoAddress)).toEqual(stored.filter(isNoAddress));
        expect(read.map((row) => row.prop)).toEqual(stored);
      });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** Any bytes in the place of an event. */
function inBatch(bytes: Buffer): Buffer {
  const [head = '', tail = ''] = JSON.stringify(makeBatch({ queue: ++queues, events: ['here'] })).split('"here"');
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]);
}
