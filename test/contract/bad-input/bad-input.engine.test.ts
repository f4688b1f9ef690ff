import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Ack, type EventBatch, LIMITS, PROBLEM_STATUS, type Problem } from '@tidemark/protocol';
import { EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someAtATime } from '../../../benchmarks/src/process/some-at-a-time.js';
import { createMinimiser } from '../../../packages/collector/src/ingest/minimise/minimiser.js';
import { queryRows } from '../../../packages/collector/src/store/query-rows.js';
import type { IssuedKeys } from '../../../packages/collector/src/workspaces/registry.js';
import { makeBatch, makeEvent, type PostOptions, postBatch } from '../../fixtures/batches.js';
import { type CollectorProcess, startCollectorProcess } from '../../fixtures/start-collector-process.js';
import { addWorkspace, inspectStore } from '../../fixtures/start-test-collector.js';
import { smallCorpora, wholeCorpora } from './corpora.js';
import { contentTypes, FORWARDED_FOR, rawRequests } from './hostile-requests.js';
import { sendRaw } from './send-raw.js';
import { leastEvent, type TextField, TYPES, textFields } from './text-fields.js';

/*
 * Whatever comes, the collector answers with a documented code, keeps what it takes as it came, and goes on for everybody
 * else. One process for all of it: what the first attack damages, the last one sees.
 */
const MORE_MEMORY_MIB = 64;
const REPORT_ROWS_MAX = 1_000;
/** Of the strings in one place, so many may lose something to the collector's cleaning, and no more. */
const CLEANED_RATIO_MAX = 0.2;
const minimiser = createMinimiser({ keepQuery: ['utm_*'], unmask: [], countFound: () => undefined });
const BUSY_MS = 200;
/** Few enough that none is turned away for being one too many. */
const AT_A_TIME = 4;
const whole = wholeCorpora();
const corpora = whole ? [whole] : [smallCorpora()];

/** Texts that no list of strings has. */
const MORE_STRINGS = [
  '\u0000',
  'a\u0000b',
  '\ud800 lone',
  'lone \udfff',
  '\u202e right to left \u2066 isolated \u2069',
  '\ufeff',
  'a\n\nb; SELECT 1',
  "\\' \\N \\0",
  'line\r\n{"level":50}',
  'e\u0301 and \u00e9',
  '😀'.repeat(LIMITS.nameLength),
  'x'.repeat(LIMITS.textLength),
  'x'.repeat(64 * 1_024),
  '__proto__',
  'constructor',
];

let directory: string;
let bystander: IssuedKeys;
let collector: CollectorProcess;
let memoryBefore: number;
let queues = 0;
let helped = 0;
/** What was stored where, and what must be found there. */
const stored: {
  readonly what: string;
  readonly sql: string;
  readonly queueId: string;
  readonly texts: ReadonlyMap<number, string>;
}[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-bad-input-'));
  bystander = await addWorkspace(directory, 'bystander');
  collector = await startCollectorProcess(directory);
  for (let n = 0; n < 20; n++) await post(makeBatch({ queue: ++queues, events: manyEvents(500) })); // buffers have grown
  await collector.drained();
  memoryBefore = await collector.settledMemoryMiB();
});
afterAll(async () => {
  collector.kill();
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** As senders do: a collector that is busy, as on a slow machine, is asked again. */
async function post(
  body: EventBatch | string | Buffer,
  options?: PostOptions,
  key = collector.keys.writeKey,
): Promise<Response> {
  for (;;) {
    const answer = await postBatch(collector.url, key, body, options);
    if (answer.status !== 503) return answer;
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
  }
}

/** Likewise, byte by byte. */
async function sendPatiently(bytes: string): Promise<number[]> {
  for (;;) {
    const statuses = await sendRaw(collector.url, bytes);
    if (!statuses.includes(503)) return statuses;
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
  }
}

function manyEvents(count: number, fields: Readonly<Record<string, unknown>> = {}) {
  return Array.from({ length: count }, (_, index) => makeEvent(index + 1, fields, queues));
}

/** Another workspace sends meanwhile, and is heard. */
async function helpBystander(): Promise<void> {
  const event = makeEvent(++helped, { type: 'page_view', name: undefined, page: '/good' }, 999_999);
  const answer = await post(makeBatch({ queue: 999_999, events: [event] }), {}, bystander.writeKey);
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ accepted: 1, duplicate: 0, rejected: [] });
}

/** An ack, or a refusal as documented. @returns its status. */
async function expectDocumented(answer: Response, what: string, allowed: readonly number[]): Promise<number> {
  expect(allowed, what).toContain(answer.status);
  const body = (await answer.json()) as Problem; // or an ack
  if (answer.status === 202) return 202;
  expect(answer.headers.get('content-type'), what).toContain('application/problem+json');
  expect(PROBLEM_STATUS[body.code], what).toBe(answer.status);
  return answer.status;
}

/** A body with these very bytes in place of an event, or of a field that no version knows. */
function inBatch(bytes: Buffer, place: 'event' | 'field'): Buffer {
  const events = [place === 'event' ? 'HERE' : makeEvent(1, { unknown: 'HERE' }, ++queues)];
  const [head = '', tail = ''] = JSON.stringify(makeBatch({ queue: ++queues, events })).split('"HERE"');
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]);
}

it.skipIf(whole !== undefined)('has the whole corpora'); // what is cut from them stands in

describe.each(corpora)('$name', ({ bodies, strings }) => {
  it('is answered as documented, as a body, as an event and as a field', async () => {
    expect(bodies.length).toBeGreaterThan(20);
    await someAtATime(bodies, AT_A_TIME, async ({ name, bytes }) => {
      await expectDocumented(await post(bytes), name, [400]);
      await expectDocumented(await post(inBatch(bytes, 'event')), name, name.startsWith('n_') ? [400] : [202, 400]);
      const asField = name.startsWith('n_') ? [400] : name.startsWith('y_') ? [202] : [202, 400];
      await expectDocumented(await post(inBatch(bytes, 'field')), name, asField);
    });
    await helpBystander();
  });

  it('is taken as every text of every type where the schema takes it, and refused elsewhere', async () => {
    const texts = [...strings, ...MORE_STRINGS];
    const places = textFields();
    expect(new Set(places.map(({ type }) => type)).size).toBe(TYPES.length);
    expect(places.length).toBeGreaterThan(80);
    for (const place of places) {
      const queue = ++queues;
      const events = texts.map((text, index) => leastEvent(place.type, index + 1, queue, place.holding(text)));
      const good = events.map((event) => EVENT_SCHEMAS[place.type].safeParse(event).success);
      const batch = makeBatch({ queue, events, context: { appId: `${place.type} ${place.field}` } });
      const answer = await post(batch, { gzip: true });
      expect(answer.status).toBe(202);
      const ack = (await answer.json()) as Ack;
      const rejected = good.flatMap((isGood, index) => (isGood ? [] : [index]));
      expect(
        ack.rejected.map(({ index }) => index),
        batch.context.appId,
      ).toEqual(rejected);
      const kept = new Map<number, string>();
      let cleaned = 0;
      for (const [index, text] of texts.entries()) {
        if (!good[index]) continue;
        const left = whatIsLeft(place, text);
        if (left !== text) cleaned++;
        kept.set(index + 1, (place.prefix ?? '') + left);
      }
      expect(cleaned, batch.context.appId).toBeLessThan(kept.size * CLEANED_RATIO_MAX);
      stored.push({ what: batch.context.appId, sql: place.stored, queueId: batch.context.queueId, texts: kept });
    }
    await helpBystander();
  });

  it('is taken as every text of the context, or the batch is refused', async () => {
    await someAtATime([...strings, ...MORE_STRINGS], AT_A_TIME, async (text) => {
      const device = { locale: text, timeZone: text, networkType: text };
      const ids = { appId: text, release: text, userId: text, accountId: text, userAgent: text };
      const context = { ...ids, sdk: { name: text, version: text }, device };
      const length = [...text].length;
      const answer = await post(makeBatch({ queue: ++queues, context, events: manyEvents(1) }));
      await expectDocumented(answer, JSON.stringify(text), length > 0 && length <= LIMITS.nameLength ? [202] : [400]);
    });
    await helpBystander();
  });
});

describe('bodies that are made to break parsers', () => {
  const nested = (depth: number, open: string, close: string) => Buffer.from(open.repeat(depth) + close.repeat(depth));
  const keys = (count: number) => Buffer.from(`{${Array.from({ length: count }, (_, n) => `"k${n}":${n}`).join()}}`);

  it.each([1_000, 50_000, 500_000])('nested %i deep', async (depth) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[', ''],
    ] as const) {
      const bomb = nested(
        Math.min(depth, Math.floor(900_000 / (open.length + close.length))),
        open,
        close === '}' ? '}' : close,
      );
      const body = open.startsWith('{') ? Buffer.from(bomb.toString().replace('{"a":}', '{"a":1}')) : bomb;
      await expectDocumented(await post(body, { gzip: true }), `${depth} ${open}`, [400]);
      for (const bytes of [body, inBatch(body, 'event'), inBatch(body, 'field')]) {
        await expectDocumented(await post(bytes), `${depth} ${open}`, [202, 400]);
      }
    }
    await helpBystander();
  });

  it('with 60,000 keys, in each place', async () => {
    const many = keys(60_000).toString();
    const event = JSON.stringify(makeEvent(1, {}, ++queues));
    const batch = JSON.stringify(makeBatch({ queue: queues, events: ['HERE'] }));
    const crowded = (name: string) => batch.replace('"HERE"', `${event.slice(0, -1)},"${name}":${many}}`);
    const outcomes = [];
    for (const body of [
      many,
      batch.replace('"HERE"', many),
      crowded('props'),
      crowded('unknown'),
      `${batch.replace('"HERE"', event).slice(0, -1)},${many.slice(1)}`,
    ]) {
      outcomes.push(await expectDocumented(await post(body), body.slice(0, 80), [202, 400]));
    }
    expect(outcomes).toEqual([400, 202, 202, 202, 202]);
    await helpBystander();
  });

  it.each([
    '__proto__',
    '\\u005f_proto__',
    'constructor',
    '\\u0063onstructor',
    'prototype',
    'toString',
    'hasOwnProperty',
  ])('with the key %s in each place: it is a key like others', async (name) => {
    const plain = JSON.parse(`"${name}"`) as string;
    const event = JSON.stringify(makeEvent(1, { props: { a: 'b' } }, ++queues));
    const batch = JSON.stringify(makeBatch({ queue: queues, events: ['HERE'] })).replace('"HERE"', event);
    for (const value of ['1', '{}', 'null', '{"historical":true,"seq":7,"type":"order","isAdmin":true}']) {
      const hostile = [
        `{"${name}":${value}}`,
        batch.replace('{"v"', `{"${name}":${value},"v"`),
        batch.replace('"context":{', `"context":{"${name}":${value},`),
        batch.replace('"events":[{', `"events":[{"${name}":${value},`),
        batch.replace('"props":{', `"props":{"${name}":${value},`),
      ];
      for (const body of hostile) await expectDocumented(await post(body), body.slice(0, 80), [202, 400]);
    }
    const queue = ++queues;
    const own = makeBatch({ queue, events: [makeEvent(1, { props: JSON.parse(`{"${name}":"own"}`) }, queue)] });
    await expectDocumented(await post(own), name, [202]);
    stored.push({ what: name, sql: `props['${plain}']`, queueId: own.context.queueId, texts: new Map([[1, 'own']]) });
    await helpBystander();
  });

  it.each([
    '9007199254740993',
    '1e999',
    '-1e999',
    '1e-999',
    '-0',
    '1.5',
    '18446744073709551616',
    '0.1e1',
    `1${'0'.repeat(400)}`,
    '4e15',
  ])('with the number %s in each place', async (number) => {
    const numbers = ['seq', 'occurredAt', 'monotonicMs', 'logicalMs', 'logicalCount', 'sampleWeight', 'amount'];
    for (const field of [...numbers, 'props']) {
      const queue = ++queues;
      const event = makeEvent(1, { type: 'conversion', name: undefined, goal: 'a', [field]: 'HERE' }, queue);
      const value = field === 'props' ? `{"n":${number}}` : number;
      const body = JSON.stringify(makeBatch({ queue, events: [event, makeEvent(2, {}, queue)] })).replace(
        '"HERE"',
        value,
      );
      const answer = await post(body);
      expect(answer.status, `${field} ${number}`).toBe(202);
      const { accepted, rejected } = (await answer.json()) as Ack;
      expect(accepted + rejected.length).toBe(2);
      expect(accepted).toBeGreaterThan(0); // its neighbour
    }
    const envelope = JSON.stringify(
      makeBatch({ queue: ++queues, events: manyEvents(1), envelope: { sentAt: 'HERE' } }),
    );
    await expectDocumented(await post(envelope.replace('"HERE"', number)), number, [400]);
  });
});

describe('bodies that are packed to break unpackers', () => {
  const good = () => Buffer.from(JSON.stringify(makeBatch({ queue: ++queues, events: manyEvents(1) })));
  const packed = (encoding: string) => ({ headers: { 'content-encoding': encoding } });

  it('bombs, which cost no more than the limit', async () => {
    const zeros = Buffer.alloc(64 * 1_048_576);
    for (const [encoding, body] of [
      ['gzip', gzipSync(zeros)],
      ['deflate', deflateSync(zeros)],
    ] as const) {
      expect(await expectDocumented(await post(body, packed(encoding)), encoding, [413])).toBe(413);
    }
    expect(await expectDocumented(await post(gzipSync(gzipSync(zeros)), packed('gzip')), 'nested', [400])).toBe(400);
    await helpBystander();
  });

  it('nested, torn, mislabelled, with more behind the end, or in two encodings', async () => {
    const tries: readonly (readonly [Buffer, string, number])[] = [
      [gzipSync(good()), 'gzip', 202],
      [gzipSync(good()), 'GZIP', 202],
      [deflateSync(good()), 'deflate', 202],
      [good(), 'identity', 202],
      [gzipSync(gzipSync(good())), 'gzip', 400],
      [gzipSync(good()).subarray(0, -9), 'gzip', 400],
      [gzipSync(good()).subarray(0, 5), 'gzip', 400],
      [Buffer.alloc(0), 'gzip', 400],
      [good(), 'gzip', 400],
      [gzipSync(good()), 'deflate', 400],
      [deflateSync(good()), 'gzip', 400],
      [gzipSync(good()), 'identity', 400],
      [gzipSync(gzipSync(good())), 'gzip, gzip', 415],
      [gzipSync(good()), 'gzip, deflate', 415],
      [gzipSync(good()), 'x-gzip', 415],
      [brotliCompressSync(good()), 'br', 415],
      [good(), 'zstd', 415],
      [good(), '__proto__', 415],
      [good(), 'constructor', 415],
      [good(), '*', 415],
    ];
    for (const [body, encoding, status] of tries) {
      expect(await expectDocumented(await post(body, packed(encoding)), encoding, [202, 400, 415]), encoding).toBe(
        status,
      );
    }
    const damaged = gzipSync(good());
    damaged.writeUInt32LE(7, damaged.length - 4); // the length that the trailer tells
    await expectDocumented(await post(damaged, packed('gzip')), 'wrong length', [400]);
    await expectDocumented(
      await post(Buffer.concat([gzipSync(good()), gzipSync(good())]), packed('gzip')),
      'two members',
      [400],
    );
    const address = `${collector.url}/v1/batch?k=${collector.keys.writeKey}`;
    for (const query of ['z=gzip&z=gzip', 'z=br', 'z=__proto__', 'z[]=gzip', 'z=gzip%00']) {
      const body = new Uint8Array(gzipSync(good()));
      await expectDocumented(await fetch(`${address}&${query}`, { method: 'POST', body }), query, [400, 415]);
    }
    const twice = { method: 'POST', body: new Uint8Array(gzipSync(good())), headers: { 'content-encoding': 'gzip' } };
    expect((await fetch(`${address}&z=gzip`, twice)).status).toBe(415);
    await helpBystander();
  });
});

describe('requests that are made to break servers', () => {
  it('200 spellings of the content type, each of which is read as JSON', async () => {
    const spellings = contentTypes();
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(200);
    const outcomes = await someAtATime(spellings, AT_A_TIME, async (spelling) => {
      const body = JSON.stringify(makeBatch({ queue: ++queues, events: manyEvents(1) }));
      const head = [
        'POST /v1/batch HTTP/1.1',
        'Host: a',
        'Connection: close',
        `Authorization: Bearer ${collector.keys.writeKey}`,
        `Content-Type: ${spelling}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      return { spelling, statuses: await sendPatiently(`${head.join('\r\n')}\r\n\r\n${body}`) };
    });
    expect(outcomes.filter(({ statuses }) => statuses.join() !== '202')).toEqual([]);
    await helpBystander();
  });

  it('addresses of the sender that only a proxy could know', async () => {
    for (const address of FORWARDED_FOR) {
      const headers = { 'x-forwarded-for': address, 'x-real-ip': address, 'x-forwarded-proto': 'https,gopher' };
      const answer = await post(makeBatch({ queue: ++queues, events: manyEvents(1) }), { headers });
      expect(answer.status).toBe(202);
    }
  });

  it('HTTP that is none, or could be read in two ways', async () => {
    const batch = JSON.stringify(makeBatch({ queue: ++queues, events: manyEvents(1) }));
    const requests = rawRequests(batch, collector.keys.writeKey);
    const outcomes = await someAtATime(requests, AT_A_TIME, async ({ name, bytes }) => {
      return { name, statuses: await sendPatiently(bytes) };
    });
    const allowed = [200, 202, 204, 400, 401, 403, 404, 408, 413, 417, 431];
    expect(outcomes.filter(({ statuses }) => !statuses.every((status) => allowed.includes(status)))).toEqual([]);
    expect(outcomes.filter(({ statuses }) => statuses.length > 1)).toEqual([]);
    expect(outcomes.filter(({ statuses }) => statuses.length === 1).length).toBeGreaterThan(outcomes.length * 0.8);
    await helpBystander();
  });

  it('a second request in the body of a first, which is never carried out', async () => {
    const authorization = `Authorization: Bearer ${collector.keys.writeKey}`;
    const inner = JSON.stringify(makeBatch({ queue: 888_888, events: [makeEvent(1, {}, 888_888)] }));
    const smuggled = `POST /v1/batch HTTP/1.1\r\nHost: a\r\n${authorization}\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`;
    const head = `POST /v1/batch HTTP/1.1\r\nHost: a\r\n${authorization}\r\n`;
    for (const lines of [
      `Content-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked`,
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      'Transfer-Encoding: xchunked\r\nContent-Length: 5',
      'Transfer-Encoding : chunked\r\nContent-Length: 5',
      'Content-Length: 5\r\nContent-Length: 0',
      'Transfer-Encoding: chunked, identity',
    ]) {
      await sendRaw(collector.url, `${head}${lines}\r\n\r\n0\r\n\r\n${smuggled}`);
    }
    const answer = await post(inner);
    expect(await answer.json()).toMatchObject({ accepted: 1, duplicate: 0 }); // it is new
  });
});

describe('afterwards', () => {
  it('the process is the one that was started, and holds at most 64 MiB more', async () => {
    expect(collector.isRunning()).toBe(true);
    await collector.drained();
    expect((await collector.settledMemoryMiB()) - memoryBefore).toBeLessThanOrEqual(MORE_MEMORY_MIB);
  });

  it('the other workspace has what it sent, and nothing else', async () => {
    const report = await fetch(`${collector.url}/v1/reports/pages`, {
      headers: { authorization: `Bearer ${bystander.readKey}` },
    });
    expect(await report.json()).toMatchObject({ rows: [{ page: '/good', views: helped }] });
  });

  it('a report gives naughty pages back as they came', async () => {
    const { what, texts } = stored.find((each) => each.what === 'page_view page') ?? {};
    const query = new URLSearchParams({ appId: String(what), limit: String(REPORT_ROWS_MAX) });
    const report = await fetch(`${collector.url}/v1/reports/pages?${query}`, {
      headers: { authorization: `Bearer ${collector.keys.readKey}` },
    });
    const { rows } = (await report.json()) as { readonly rows: readonly { readonly page: string }[] };
    const sent = new Set([...(texts?.values() ?? [])].map(asUtf8));
    expect(sent.size).toBeGreaterThan(30);
    for (const text of sent) expect(rows.map(({ page }) => page)).toContain(text);
  });

  it('its log has one JSON object a line, and nothing of what was sent; and everything stored is as it came', async () => {
    const log = await collector.stop();
    const lines = log.split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    expect(log).not.toContain(collector.keys.writeKey);
    await inspectStore(directory, async (store) => {
      for (const { what, sql, queueId, texts } of stored) {
        const query = `SELECT seq, hex(${sql}) AS bytes FROM events WHERE queue_id = {q:UUID} ORDER BY seq`;
        const rows = await queryRows<{ readonly seq: number; readonly bytes: string }>(store, query, { q: queueId });
        const expected = [...texts].map(([seq, text]) => ({
          seq,
          bytes: Buffer.from(text).toString('hex').toUpperCase(),
        }));
        expect(rows, what).toEqual(expected);
      }
      expect(await queryRows(store, 'SELECT DISTINCT ip_prefix FROM events', {})).toEqual([
        { ip_prefix: '127.0.0.0/24' },
      ]);
    });
  });
});

/** The collector takes personal data out of texts and queries out of addresses: what is left of this text in this place. */
function whatIsLeft(place: TextField, text: string): string {
  const fields = place.holding(text);
  minimiser.fields(fields);
  return place.reading(fields);
}

/** UTF-8 has no lone surrogates: they are stored as U+FFFD. */
function asUtf8(text: string): string {
  return Buffer.from(text).toString();
}
