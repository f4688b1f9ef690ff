import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Ack, type AuthoritativeEvent, brandId, type Problem, type ServerBatch } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBatch, makeEvent, postBatch, T0, testId } from '../../../../test/fixtures/batches.js';
import {
  addWorkspace,
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openWorkspaces } from '../boot/open-workspaces.js';
import { queryRows } from '../store/query-rows.js';
import { createApiKey, hashApiKey } from '../workspaces/api-key.js';
import { signServerRequest } from './sign-server-request.js';

let test: TestCollector;
let batches = 0;

function fill(n: number, fields: Partial<AuthoritativeEvent> = {}): AuthoritativeEvent {
  const event = {
    type: 'order_fill',
    eventId: testId(5_000_000_000 + n),
    occurredAt: T0 + n * 1_000,
    userId: `user ${n % 2}`,
    orderId: `order ${n}`,
    productId: 'P30',
    side: 'subscribe',
    phase: 'filled',
    shares: 100,
    remainingShares: 0,
    price: 1.02,
    currency: 'CNY',
  };
  return { ...event, ...fields } as AuthoritativeEvent; // a test may well want to send what is none
}

function serverBatch(events: readonly unknown[]): ServerBatch {
  const context = { appId: 'shop', sdk: { name: 'matching', version: '7' } };
  const batch = { v: 1, batchId: testId(6_000_000_000 + ++batches), context, events };
  return batch as ServerBatch; // likewise
}

interface Signed {
  readonly secret?: string;
  readonly atMs?: number;
  readonly nonce?: string;
  /** Sent in the place of what was signed. */
  readonly sent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string;
}

function post(body: ServerBatch | string | Buffer, signed: Signed = {}): Promise<Response> {
  const { url = test.collector.url, secret = test.collector.keys.secretKey } = signed;
  const bytes =
    typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const headers = signServerRequest(secret, signed.atMs ?? Date.now(), signed.nonce ?? randomUUID(), bytes);
  return fetch(`${url}/v1/server`, {
    method: 'POST',
    body: new Uint8Array(signed.sent === undefined ? bytes : Buffer.from(signed.sent)),
    headers: { 'content-type': 'application/json', ...headers, ...signed.headers },
  });
}

async function send(batch: ServerBatch, signed: Signed = {}): Promise<Ack> {
  const answer = await post(batch, signed);
  if (answer.status !== 202) throw new Error(`expected 202, got ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Ack; // the collector's own
}

async function expectProblem(answer: Response, status: number, code: string, field?: string): Promise<void> {
  const problem = (await answer.json()) as Problem; // its form is what is checked
  expect(problem).toMatchObject({ status, code, ...(field === undefined ? {} : { field }) });
  expect(answer.status).toBe(status);
}

beforeAll(async () => {
  test = await startTestCollector();
});
afterAll(() => test.close());

describe('POST /v1/server refuses', () => {
  it('no key, a key that nobody issued, a write key and a read key', async () => {
    const { writeKey, readKey } = test.collector.keys;
    await expectProblem(await post(serverBatch([fill(1)]), { secret: '' }), 401, 'unknown_key');
    await expectProblem(await post(serverBatch([fill(1)]), { secret: `tm_sk_${'0'.repeat(40)}` }), 401, 'unknown_key');
    for (const secret of [writeKey, readKey]) {
      await expectProblem(await post(serverBatch([fill(1)]), { secret }), 403, 'forbidden');
    }
  });

  it('a body, a timestamp or a nonce that was changed on the way, and a signature by another key', async () => {
    const body = JSON.stringify(serverBatch([fill(1)]));
    const name = 'tidemark-signature';
    await expectProblem(await post(body, { sent: body.replace('1.02', '9.02') }), 401, 'bad_signature', name);
    await expectProblem(await post(body, { sent: '' }), 401, 'bad_signature', name);
    const atMs = Date.now();
    await expectProblem(
      await post(body, { atMs, headers: { 'tidemark-timestamp': String(atMs + 1) } }),
      401,
      'bad_signature',
      name,
    );
    await expectProblem(await post(body, { headers: { 'tidemark-nonce': randomUUID() } }), 401, 'bad_signature', name);
    const forged = await post(body, {
      secret: `tm_sk_${'0'.repeat(40)}`,
      headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
    });
    await expectProblem(forged, 401, 'bad_signature', name);
  });

  it.each([
    ['tidemark-timestamp', 'yesterday'],
    ['tidemark-timestamp', ''],
    ['tidemark-nonce', 'short'],
    ['tidemark-nonce', 'x'.repeat(65)],
    ['tidemark-nonce', 'with.dots.in.it.somewhere'],
    ['tidemark-signature', 'v1=00'],
    ['tidemark-signature', `v2=${'0'.repeat(64)}`],
  ])('a header %s that says "%s", by its name', async (field, value) => {
    await expectProblem(
      await post(serverBatch([fill(1)]), { headers: { [field]: value } }),
      401,
      'bad_signature',
      field,
    );
  });

  it('a request signed more than 300 s ago or ahead', async () => {
    for (const offMs of [-301_000, 310_000]) {
      await expectProblem(await post(serverBatch([fill(1)]), { atMs: Date.now() + offMs }), 401, 'stale_timestamp');
    }
  });

  it('a request that was here before, however it went, and takes the same batch when it is signed anew', async () => {
    const batch = serverBatch([fill(2)]);
    const signed = { nonce: randomUUID(), atMs: Date.now() };
    expect(await send(batch, signed)).toMatchObject({ accepted: 1, duplicate: 0 });
    await expectProblem(await post(batch, signed), 409, 'replayed_nonce');
    expect(await send(batch)).toMatchObject({ accepted: 0, duplicate: 1 });
    const unreadable = { nonce: randomUUID() };
    await expectProblem(await post('{"v":1', unreadable), 400, 'unreadable_body');
    await expectProblem(await post(serverBatch([fill(2)]), unreadable), 409, 'replayed_nonce');
  });

  it('an envelope that is none, Brotli, and a body over the limit', async () => {
    await expectProblem(await post('{}'), 400, 'invalid_batch');
    await expectProblem(await post(serverBatch([])), 400, 'invalid_batch', 'events');
    const packed = await post(serverBatch([fill(1)]), { headers: { 'content-encoding': 'br' } });
    await expectProblem(packed, 415, 'unsupported_encoding');
    await expectProblem(await post('x'.repeat(2 ** 20 + 1)), 413, 'body_too_large');
    const bomb = await post(gzipSync('x'.repeat(2 ** 20 + 1)), { headers: { 'content-encoding': 'gzip' } });
    await expectProblem(bomb, 413, 'body_too_large');
  });
});

describe('POST /v1/server takes', () => {
  it('gzip, signed as it travels, and tells by /v1/acks that it has it', async () => {
    const batch = serverBatch([fill(10)]);
    const answer = await post(gzipSync(JSON.stringify(batch)), { headers: { 'content-encoding': 'gzip' } });
    expect(answer.status).toBe(202);
    const { url, keys } = test.collector;
    const asked = await fetch(`${url}/v1/acks?ids=${batch.batchId}`, {
      headers: { authorization: `Bearer ${keys.secretKey}` },
    });
    expect(await asked.json()).toEqual({ durable: [batch.batchId], unknown: [] });
  });

  it('what it counts', async () => {
    const figure = async (name: string) => {
      const metrics = await (await fetch(`${test.collector.url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
    };
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // figures are read anew once a second at most
    const [ids, nonces] = [await figure('tidemark_event_ids'), await figure('tidemark_nonces')];
    await send(serverBatch([fill(15), fill(16)]));
    await send(serverBatch([fill(15)]));
    await expect.poll(() => figure('tidemark_event_ids')).toBe(ids + 2);
    expect(await figure('tidemark_event_ids_recent')).toBe(ids + 2);
    expect(await figure('tidemark_nonces')).toBe(nonces + 2);
    expect(await figure('tidemark_event_id_failed_writes')).toBe(0);
  });

  it('each event once, however many requests bring it at a time, and in the same batch', async () => {
    const events = [fill(20), fill(21), fill(20)];
    const acks = await Promise.all(Array.from({ length: 8 }, () => send(serverBatch(events))));
    expect(acks.reduce((sum, ack) => sum + ack.accepted, 0)).toBe(2);
    expect(acks.reduce((sum, ack) => sum + ack.duplicate, 0)).toBe(8 * 3 - 2);
    const shouting = fill(20, { eventId: brandId(fill(20).eventId.toUpperCase()) });
    expect(await send(serverBatch([shouting]))).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  it('what is good, and rejects what a server does not say, what is misspelt, and nothing else', async () => {
    const ack = await send(
      serverBatch([
        fill(30),
        makeEvent(1),
        fill(31, { shares: -1 } as Partial<AuthoritativeEvent>),
        { type: 'order' },
        7,
      ]),
    );
    expect(ack).toMatchObject({ accepted: 1, duplicate: 0 });
    expect(ack.rejected.map(({ index, reason, field }) => [index, reason, field])).toEqual([
      [1, 'not_allowed', 'type'],
      [2, 'out_of_range', 'shares'],
      [3, 'not_allowed', 'type'],
      [4, 'not_an_object', ''],
    ]);
  });
});

describe('POST /v1/batch', () => {
  it('rejects what only a signed request may say, from any key, and stores the rest', async () => {
    const { url, keys } = test.collector;
    for (const [queue, key] of [keys.writeKey, keys.secretKey].entries()) {
      const events = [makeEvent(1, {}, 700 + queue), { ...fill(40), seq: 2 }, makeEvent(3, {}, 700 + queue)];
      const answer = await postBatch(url, key, makeBatch({ queue: 700 + queue, events }));
      expect(answer.status).toBe(202);
      expect(await answer.json()).toMatchObject({
        accepted: 2,
        rejected: [{ index: 1, reason: 'not_allowed', field: 'type' }],
      });
    }
  });
});

/** A second secret key of the first workspace, as while one is being replaced. */
async function addSecretKey(directory: string): Promise<string> {
  const { registry, keys, save } = await openWorkspaces(directory, 'test');
  const key = createApiKey('secret');
  const record = {
    keyHash: hashApiKey(key),
    workspaceId: keys.workspaceId,
    kind: 'secret',
    createdAtMs: 0,
    revoked: false,
  } as const;
  registry.merge({ workspaces: [], keys: [record], clientConfigs: [] });
  await save();
  return key;
}

describe('a signed order fill', () => {
  it('goes in once, though sent three times and over a restart, with two secrets valid, for one workspace alone', async () => {
    const directory = await temporaryDirectory();
    const neighbour = await addWorkspace(directory, 'neighbour');
    const nextSecret = await addSecretKey(directory);
    const macro = {
      type: 'macro_point',
      eventId: testId(5_100_000_001),
      occurredAt: T0,
      series: 'loan_rate_1y',
      periodAt: Date.UTC(2025, 11, 1),
      value: 3.1,
      revision: 1,
      source: 'central bank',
    };
    const settlement = {
      type: 'settlement',
      eventId: testId(5_100_000_002),
      occurredAt: T0,
      userId: 'user 1',
      accountId: 'firm',
      orderId: 'order 1',
      productId: 'P30',
      side: 'sell',
      shares: 40,
      amount: 41.5,
      currency: 'CNY',
      props: { channel: 'wire' },
    };
    const end = {
      type: 'order_end',
      eventId: testId(5_100_000_003),
      occurredAt: T0,
      userId: 'user 1',
      orderId: 'order 2',
      productId: 'P30',
      side: 'sell',
      phase: 'rejected',
      remainingShares: 60,
      reason: 'not sellable yet',
    };
    const partial = fill(1, {
      phase: 'partially_filled',
      shares: 40,
      remainingShares: 60,
    } as Partial<AuthoritativeEvent>);
    const events = [partial, fill(2), macro, settlement, end];
    const replayed = { nonce: randomUUID(), atMs: Date.now() };

    const before = await startTestCollector(directory);
    const { url, keys } = before.collector;
    expect(await send(serverBatch(events), { url, secret: keys.secretKey, ...replayed })).toMatchObject({
      accepted: 5,
    });
    expect(await send(serverBatch(events), { url, secret: nextSecret })).toMatchObject({ accepted: 0, duplicate: 5 });
    await expectProblem(
      await post(serverBatch(events), { url, secret: nextSecret, ...replayed }),
      409,
      'replayed_nonce',
    );
    expect(await send(serverBatch([fill(1)]), { url, secret: neighbour.secretKey })).toMatchObject({ accepted: 1 });
    await before.drained(); // the segment is gone: what follows is known from elsewhere
    expect((await before.report('sessions')).totals).toMatchObject({ sessions: 0, events: 0, visitors: 0 });
    await before.collector.close();

    const after = await startTestCollector(directory);
    const again = after.collector.url;
    await expectProblem(
      await post(serverBatch(events), { url: again, secret: keys.secretKey, ...replayed }),
      409,
      'replayed_nonce',
    );
    expect(await send(serverBatch(events), { url: again, secret: keys.secretKey })).toMatchObject({
      accepted: 0,
      duplicate: 5,
    });
    await after.drained();
    await after.collector.close();

    await inspectStore(directory, async (store) => {
      const rows = await queryRows(
        store,
        `SELECT event_type, name, user_id, account_id, order_id, order_side, order_phase, shares, remaining_shares, price, amount,
                value, toString(period_at) AS period, revision, source, message, props['channel'] AS channel, seq, surface
         FROM events WHERE workspace_id = {w:String} ORDER BY event_id`,
        { w: keys.workspaceId },
      );
      const none = {
        name: '',
        user_id: '',
        account_id: '',
        order_id: '',
        order_side: '',
        order_phase: '',
        shares: 0,
        remaining_shares: 0,
        price: 0,
        amount: 0,
        value: 0,
        period: '1970-01-01 00:00:00.000',
        revision: 0,
        source: '',
        message: '',
        channel: '',
        seq: 0,
        surface: '',
      };
      expect(rows).toEqual([
        {
          ...none,
          event_type: 'order_fill',
          user_id: 'user 1',
          order_id: 'order 1',
          order_side: 'subscribe',
          order_phase: 'partially_filled',
          shares: 40,
          remaining_shares: 60,
          price: 1.02,
        },
        {
          ...none,
          event_type: 'order_fill',
          user_id: 'user 0',
          order_id: 'order 2',
          order_side: 'subscribe',
          order_phase: 'filled',
          shares: 100,
          price: 1.02,
        },
        {
          ...none,
          event_type: 'macro_point',
          name: 'loan_rate_1y',
          value: 3.1,
          period: '2025-12-01 00:00:00.000',
          revision: 1,
          source: 'central bank',
        },
        {
          ...none,
          event_type: 'settlement',
          user_id: 'user 1',
          account_id: 'firm',
          order_id: 'order 1',
          order_side: 'sell',
          shares: 40,
          amount: 41.5,
          channel: 'wire',
        },
        {
          ...none,
          event_type: 'order_end',
          user_id: 'user 1',
          order_id: 'order 2',
          order_side: 'sell',
          order_phase: 'rejected',
          remaining_shares: 60,
          message: 'not sellable yet',
        },
      ]);
      expect(await queryRows(store, 'SELECT count() AS n FROM events', {})).toEqual([{ n: 6 }]);
    });
  });
});
