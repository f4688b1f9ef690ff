import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FlagPage, RiskFlag } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenFlags } from '../../../../benchmarks/src/load/listen-flags.js';
import { deliver } from '../../../../test/fixtures/batches.js';
import { clockworkBatch } from '../../../../test/fixtures/clockwork-batch.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';

/** What sends without it says that it is a program, which is a flag of its own. */
const BROWSER = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
};
/** The batches of tests are of long ago, which is a flag of its own, too. */
const ONE_KIND = 'kind=scripted_timing';
const WAIT = { timeout: 60_000, interval: 20 };

describe('the feed of flags', () => {
  let test: TestCollector;
  beforeAll(async () => {
    test = await startTestCollector(undefined, { webhookLoopback: true });
    await test.collector.storePrepared;
  });
  afterAll(() => test.close());

  async function ask<T>(path: string, key = test.collector.keys.readKey): Promise<T> {
    const answer = await fetch(test.collector.url + path, { headers: { authorization: `Bearer ${key}` } });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const triage = (flagId: string, body: unknown, key = test.collector.keys.secretKey) =>
    fetch(`${test.collector.url}/v1/flags/${flagId}/triage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
  const send = (queue: number, clicks = 25, firstSeq = 1) =>
    deliver(test.collector.url, test.collector.keys.writeKey, clockworkBatch(queue, clicks, firstSeq), BROWSER);
  const pageOf = (query: string) => ask<FlagPage>(`/v1/flags?${ONE_KIND}&${query}`);
  const listen = (options: { lastEventId?: string; query?: string } = {}) =>
    listenFlags(test.collector.url, test.collector.keys.readKey, { query: `?${ONE_KIND}`, ...options });

  async function flagged(queue: number): Promise<RiskFlag> {
    const entity = clockworkBatch(queue).context.visitorId;
    await expect.poll(async () => (await pageOf(`entity=device:${entity}`)).flags.length, WAIT).toBe(1);
    return (await pageOf(`entity=device:${entity}`)).flags[0] as RiskFlag; // the one just counted
  }

  it('tells a flag on the stream and on the page, with evidence that leads to its raw events', async () => {
    const stream = await listen();
    onTestFinished(stream.close);
    await send(1);
    await expect.poll(() => stream.messages.length, WAIT).toBe(1);
    const [told] = stream.messages;
    expect(told?.value).toMatchObject({
      kind: 'scripted_timing',
      status: 'open',
      count: 1,
      surface: 'h5',
      entity: { kind: 'device', id: clockworkBatch(1).context.visitorId },
    });
    expect(told?.value.reasons[0]?.code).toBe('regular_gaps');
    const stored = await flagged(1);
    expect(stored).toEqual(told?.value);
    expect(await ask(`/v1/flags/${stored.flagId}`)).toEqual(stored);

    await test.drained();
    const { events } = await ask<{ events: Record<string, unknown>[] }>(stored.evidence.eventsUrl);
    const sent = clockworkBatch(1).events.map(({ eventId }) => eventId);
    expect(stored.evidence.eventIds).toEqual([sent[24]]);
    expect(events.map((event) => event.event_id)).toEqual(sent);
  });

  it('counts up while a flag is open, and a page with a cursor goes on where the one before ended', async () => {
    await send(2);
    const first = await flagged(2);
    const { cursor } = await pageOf('limit=1000');
    expect((await pageOf(`cursor=${cursor}`)).flags).toEqual([]);
    await send(2, 25, 26);
    await expect.poll(async () => (await pageOf(`cursor=${cursor}`)).flags.length, WAIT).toBe(1);
    const page = await pageOf(`cursor=${cursor}`);
    expect(page.flags[0]).toMatchObject({ flagId: first.flagId, count: 2 });
    expect(page.flags[0]?.evidence.eventIds).toHaveLength(2);

    const all = await pageOf('limit=1000');
    const byOne: RiskFlag[] = [];
    let next = '';
    for (let more = true; more; ) {
      const one = await pageOf(`limit=1&cursor=${next}`);
      byOne.push(...one.flags);
      ({ cursor: next, more } = one);
    }
    expect(byOne).toEqual(all.flags);
    const none = await ask<FlagPage>('/v1/flags?severity=info&kind=velocity');
    expect(none.flags).toEqual([]);
  });

  it('goes on behind the last event id that a listener saw, for each listener by itself', async () => {
    const one = await listen();
    await send(3);
    await expect.poll(() => one.messages.length, WAIT).toBe(1);
    one.close();
    await send(4);
    await send(5);
    await Promise.all([flagged(4), flagged(5)]);
    const resumed = await listen({
      lastEventId: one.messages[0]?.id ?? '',
    });
    onTestFinished(resumed.close);
    const others = await listen({ query: '?severity=info' });
    onTestFinished(others.close);
    await expect.poll(() => resumed.messages.length, WAIT).toBe(2);
    await send(6);
    await expect.poll(() => resumed.messages.length, WAIT).toBe(3);
    const entities = [4, 5, 6].map((queue) => clockworkBatch(queue).context.visitorId);
    expect(resumed.messages.map(({ value: flag }) => flag.entity.id)).toEqual(entities);
    expect(others.messages).toEqual([]);
  });

  it('takes what people say of a flag, notes who, and is quieter about what was false', async () => {
    await send(7);
    const flag = await flagged(7);
    expect((await triage(flag.flagId, { action: 'resolve' }, test.collector.keys.readKey)).status).toBe(403);
    expect((await triage(flag.flagId, { action: 'false_positive' })).status).toBe(400);
    expect((await triage(flag.flagId, { action: 'snooze' })).status).toBe(400);
    expect((await triage('0'.repeat(36), { action: 'resolve' })).status).toBe(404);
    const answer = await triage(flag.flagId, { action: 'false_positive', reason: 'our own monitor' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'false_positive', statusReason: 'our own monitor' });
    await expect
      .poll(async () => (await pageOf(`entity=${flag.entity.id}&status=false_positive`)).flags.length, WAIT)
      .toBe(1);
    const { kinds } = await ask<{ kinds: { kind: string; precision: number | null }[] }>('/v1/flags/precision');
    expect(kinds.find(({ kind }) => kind === 'scripted_timing')).toMatchObject({ falsePositives: 1, precision: 0 });
    const keyId = (await ask<RiskFlag>(`/v1/flags/${flag.flagId}`)).statusBy;
    expect(keyId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('refuses what it cannot read, and who may not', async () => {
    const status = async (path: string, key = test.collector.keys.readKey) =>
      (await fetch(test.collector.url + path, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status('/v1/flags', test.collector.keys.writeKey)).toBe(403);
    expect(await status('/v1/flags/stream', '')).toBe(401);
    expect(await status('/v1/flags?cursor=nonsense')).toBe(400);
    expect(await status('/v1/flags/stream?cursor=e30x')).toBe(400);
    expect(await status('/v1/flags?limit=0')).toBe(400);
    expect(await status('/v1/flags?colour=red')).toBe(400);
    expect(await status(`/v1/flags/${'a'.repeat(36)}`)).toBe(404);
  });

  it('sends flags to an address that asked for them, signed', async () => {
    const bodies: string[] = [];
    const signatures: string[] = [];
    const server = createServer(async (request, reply) => {
      bodies.push(await text(request));
      signatures.push(String(request.headers['tidemark-signature']));
      reply.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const ask = (method: string, path: string, body?: object) =>
      fetch(test.collector.url + path, {
        method,
        headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
        ...(body && { body: JSON.stringify(body) }),
      });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags`;
    expect((await ask('POST', '/v1/webhooks', { url: 'ftp://a.example/' })).status).toBe(400);
    const made = await ask('POST', '/v1/webhooks', { url, kind: ['scripted_timing'] });
    const { webhookId, secret } = (await made.json()) as { webhookId: string; secret: string };
    await send(9);
    await expect.poll(() => bodies.length, WAIT).toBe(1);
    const flags = (JSON.parse(bodies[0] ?? '') as { flags: RiskFlag[] }).flags;
    expect(flags.map(({ entity }) => entity.id)).toEqual([clockworkBatch(9).context.visitorId]);
    const [, seconds = '', signature] = /^t=(\d+),v1=(\w+)$/.exec(signatures[0] ?? '') ?? [];
    expect(signature).toBe(createHmac('sha256', secret).update(`${seconds}.${bodies[0]}`).digest('hex'));
    const listed = await (await ask('GET', '/v1/webhooks')).text();
    expect(listed).toContain(webhookId);
    expect(listed).not.toContain(secret);
    expect((await ask('POST', `/v1/webhooks/${webhookId}/resend`, { cursor: '' })).status).toBe(200);
    await expect.poll(() => bodies.length, WAIT).toBeGreaterThan(1);
    expect((await ask('DELETE', `/v1/webhooks/${webhookId}`)).status).toBe(200);
    expect((await ask('DELETE', `/v1/webhooks/${webhookId}`)).status).toBe(404);
  });

  it('forgets a person with their flags', async () => {
    await send(8);
    const flag = await flagged(8);
    const erased = await fetch(`${test.collector.url}/v1/privacy/erase`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
      body: JSON.stringify({ subject: flag.entity.id }),
    });
    expect(erased.status).toBe(200);
    expect(await erased.json()).toMatchObject({ deleted: { flags: 2 } });
    expect((await pageOf(`entity=${flag.entity.id}`)).flags).toEqual([]);
  });
});
