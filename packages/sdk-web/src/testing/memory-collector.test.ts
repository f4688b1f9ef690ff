// @vitest-environment happy-dom
import { brandId, readAnswer } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { packBody } from '../transport/pack-body.js';
import { createMemoryCollector, type MemoryCollector } from './memory-collector.js';

const BASE = 'https://collect.example/v1';
const KEY = 'k=tm_pk_0123456789ab';

const event = (seq: number, more: object = {}) => ({
  type: 'custom',
  name: `e${seq}`,
  eventId: `id-${seq}`,
  seq,
  ...more,
});
const batch = (batchId: string, events: readonly unknown[], queueId = 'q1') =>
  JSON.stringify({ v: 1, batchId, sentAt: 1, context: { queueId, appId: 'shop' }, events });

function post({ fetch }: MemoryCollector, body: BodyInit, more = ''): Promise<Response> {
  return fetch(`${BASE}/batch?${KEY}${more}`, { method: 'POST', body });
}

const names = ({ events }: MemoryCollector) => events.map((each) => (each.type === 'custom' ? each.name : each.type));

describe('createMemoryCollector', () => {
  it('acknowledges a batch as the protocol says, and keeps its events with their context', async () => {
    const collector = createMemoryCollector();
    const response = await post(collector, batch('b1', [event(1), event(2)]));
    const answer = { status: response.status, retryAfter: null, body: await response.json() };
    expect(readAnswer(answer, brandId('b1'), 0)).toMatchObject({
      kind: 'delivered',
      ack: { accepted: 2, duplicate: 0 },
    });
    expect(collector.events).toMatchObject([{ name: 'e1', context: { appId: 'shop' } }, { name: 'e2' }]);
    expect(collector.batches).toMatchObject([{ batchId: 'b1' }]);
  });

  it('recognises a copy by its queue and number, whatever batch it comes in', async () => {
    const collector = createMemoryCollector();
    await post(collector, batch('b1', [event(1)]));
    const again = await post(collector, batch('b2', [event(1), event(2)]));
    expect(await again.json()).toMatchObject({ accepted: 1, duplicate: 1 });
    await post(collector, batch('b3', [event(1)], 'another-queue'));
    expect(names(collector)).toEqual(['e1', 'e2', 'e1']);
  });

  it('reads a body in whatever form and packing a page may send it', async () => {
    const collector = createMemoryCollector();
    const text = (seq: number) => batch(`b${seq}`, [event(seq, { props: { long: '申购'.repeat(300) } })]);
    await post(collector, text(1));
    await post(collector, new TextEncoder().encode(text(2)));
    await post(collector, new TextEncoder().encode(text(3)).buffer);
    await post(collector, new Blob([text(4)]));
    const packed = await packBody(text(5));
    expect(packed.gzip).toBe(true);
    await post(collector, packed.body, '&z=gzip');
    await collector.fetch(`${BASE}/batch`, {
      method: 'POST',
      headers: { Authorization: 'Bearer tm_sk_0123456789ab', 'Content-Encoding': 'gzip' },
      body: (await packBody(text(6))).body,
    });
    await collector.fetch(new Request(`${BASE}/batch?${KEY}`, { method: 'POST', body: text(7) }));
    expect(names(collector)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
  });

  it('rejects an event alone, with its place and a reason', async () => {
    const collector = createMemoryCollector();
    const strange = [
      null,
      { ...event(2), type: 'unheard' },
      { type: 'click', seq: 3 },
      event(4),
      { ...event(5), seq: undefined },
    ];
    const ack = await (await post(collector, batch('b1', strange))).json();
    expect(ack).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, eventId: '', reason: 'not_an_object', field: '' },
        { index: 1, eventId: 'id-2', reason: 'unknown_type', field: 'type' },
        { index: 2, eventId: '', reason: 'missing_field', field: 'eventId' },
        { index: 4, eventId: 'id-5', reason: 'missing_field', field: 'seq' },
      ],
    });
    expect(names(collector)).toEqual(['e4']);
  });

  it.each([
    ['no key', `${BASE}/batch`, '{}', 401, 'unknown_key'],
    ['no JSON', `${BASE}/batch?${KEY}`, '{', 400, 'unreadable_body'],
    ['no batch', `${BASE}/batch?${KEY}`, '[]', 400, 'invalid_batch'],
    ['another address', `${BASE}/batches?${KEY}`, '{}', 404, 'not_found'],
  ])('refuses %s', async (_, url, body, status, code) => {
    const response = await createMemoryCollector().fetch(url, { method: 'POST', body });
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  it('tells which batches are durable', async () => {
    const collector = createMemoryCollector();
    await post(collector, batch('b1', [event(1)]));
    const response = await collector.fetch(`${BASE}/acks?${KEY}&ids=b1,b2`);
    expect(await response.json()).toEqual({ durable: ['b1'], unknown: ['b2'] });
    const many = Array.from({ length: 51 }, (_, index) => index);
    expect((await collector.fetch(`${BASE}/acks?${KEY}&ids=${many}`)).status).toBe(400);
  });

  it('has a configuration that changes nothing', async () => {
    const collector = createMemoryCollector();
    const response = await collector.fetch(new URL(`${BASE}/config?${KEY}`));
    expect(await response.json()).toEqual({ version: 'memory', enabled: true, sampling: {} });
    expect(await (await post(collector, batch('b1', []))).json()).toMatchObject({ configVersion: 'memory' });
  });

  it('fails as often as it is told, and takes nothing meanwhile', async () => {
    const collector = createMemoryCollector();
    collector.failNext('network');
    collector.failNext(503, 2);
    await expect(post(collector, batch('b1', [event(1)]))).rejects.toThrow('Failed to fetch');
    const busy = await post(collector, batch('b1', [event(1)]));
    expect([busy.status, busy.headers.get('Retry-After'), await busy.json()]).toMatchObject([
      503,
      '0',
      { code: 'busy' },
    ]);
    expect((await collector.fetch(`${BASE}/config?${KEY}`)).status).toBe(200); // only batches are meant
    expect((await post(collector, batch('b1', [event(1)]))).status).toBe(503);
    expect(collector.batches).toEqual([]);
    expect((await post(collector, batch('b1', [event(1)]))).status).toBe(202);
  });

  it('fails every request where the options say so', async () => {
    const { fetch } = createMemoryCollector({ fail: 'network' });
    await expect(fetch(`${BASE}/config?${KEY}`)).rejects.toThrow(TypeError);
  });

  it('waits for events, and says what came instead', async () => {
    const collector = createMemoryCollector();
    const waiting = collector.waitFor((events) => events.length === 2);
    await post(collector, batch('b1', [event(1)]));
    await post(collector, batch('b2', [event(2)]));
    await waiting;
    await collector.waitFor((events) => events.length === 2); // also when they are there already
    await expect(collector.waitFor((events) => events.length === 3, 20)).rejects.toThrow('only: custom e1, custom e2');
  });

  it('answers after its latency, unless the request is given up before', async () => {
    const collector = createMemoryCollector({ latencyMs: 30 });
    const started = performance.now();
    await post(collector, batch('b1', [event(1)]));
    expect(performance.now() - started).toBeGreaterThan(25);
    const patience = new AbortController();
    const given = collector.fetch(`${BASE}/batch?${KEY}`, {
      method: 'POST',
      body: batch('b2', [event(2)]),
      signal: patience.signal,
    });
    patience.abort();
    await expect(given).rejects.toThrow();
    expect(names(collector)).toEqual(['e1']);
  });

  it('begins anew after a reset', async () => {
    const collector = createMemoryCollector();
    await post(collector, batch('b1', [event(1)]));
    collector.failNext(500, 9);
    collector.reset();
    expect([collector.events, collector.batches]).toEqual([[], []]);
    expect(await (await post(collector, batch('b1', [event(1)]))).json()).toMatchObject({ accepted: 1, duplicate: 0 });
  });
});
