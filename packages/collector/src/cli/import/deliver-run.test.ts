import { gunzipSync } from 'node:zlib';
import { type Ack, brandId, type EventBatch } from '@tidemark/protocol';
import { batchEnvelopeSchema } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../observe/errors.js';
import { deliverRun } from './deliver-run.js';
import { createImportIds } from './import-ids.js';
import type { EventRun } from './log-to-events.js';
import { type DeliveryDependencies, RETRY_FOR_MS } from './send-batch.js';

const AT = Date.UTC(2015, 4, 17);
const ids = createImportIds(new Uint8Array(32), 'combined-log');

function runOf(count: number): EventRun {
  return {
    context: {
      appId: 'web',
      surface: 'h5',
      sdk: { name: 'tidemark-import', version: '0.1.0' },
      queueId: ids.queueId,
      visitorId: brandId('00000000-0000-8000-8000-000000000001'),
      sessionId: brandId('00000000-0000-7000-8000-000000000002'),
      sessionStartedAt: AT,
    },
    events: Array.from({ length: count }, (_, i) => ({
      type: 'custom',
      name: 'request',
      eventId: ids.eventId(AT, i + 1, 'request'),
      seq: i + 1,
      occurredAt: AT,
    })),
    lineNumbers: Array.from({ length: count }, (_, i) => 101 + i),
  };
}

type Answerer = (batch: EventBatch, request: RequestInit, url: string) => Response;

/** A collector of one function, a clock that only sleeping moves, and a die that always shows one half. */
function fakeWorld(answer: Answerer) {
  const slept: number[] = [];
  const batches: EventBatch[] = [];
  let nowMs = 1_700_000_000_000;
  const dependencies: DeliveryDependencies = {
    fetch: async (url, request = {}) => {
      const batch = JSON.parse(gunzipSync(request.body as Uint8Array).toString()) as EventBatch;
      batches.push(batch);
      return answer(batch, request, String(url));
    },
    now: () => nowMs,
    random: () => 0.5,
    sleep: async (delayMs) => {
      slept.push(delayMs);
      nowMs += delayMs;
    },
  };
  return { dependencies, slept, batches };
}

function ackOf(batch: EventBatch, more: Partial<Ack> = {}): Response {
  const ack: Ack = {
    batchId: batch.batchId,
    accepted: batch.events.length,
    duplicate: 0,
    rejected: [],
    serverTimeMs: 1,
    ...more,
  };
  return Response.json(ack, { status: 202 });
}

const destination = { url: 'http://collector.test/tide', key: 'tm_sk_x', historical: true };
const deliver = (run: EventRun, dependencies: DeliveryDependencies) => deliverRun(run, ids, destination, dependencies);

describe('deliverRun', () => {
  it('posts a compressed batch that the protocol accepts', async () => {
    let seen: { url: string; request: RequestInit } | undefined;
    const { dependencies, batches } = fakeWorld((batch, request, url) => {
      seen = { url, request };
      return ackOf(batch);
    });
    expect(await deliver(runOf(3), dependencies)).toEqual({ accepted: 3, duplicate: 0, rejected: [] });
    expect(seen?.url).toBe('http://collector.test/tide/v1/batch');
    expect(seen?.request).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Bearer tm_sk_x', 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    batchEnvelopeSchema.parse(batches[0]);
    expect(batches[0]).toMatchObject({ historical: true, sentAt: 1_700_000_000_000 });
  });

  it('does not claim to be history without a secret key', async () => {
    const { dependencies, batches } = fakeWorld((batch) => ackOf(batch));
    await deliverRun(runOf(1), ids, { ...destination, historical: false }, dependencies);
    expect(batches[0]).not.toHaveProperty('historical');
  });

  it('tries again what passes, by the collector’s wish or with growing pauses, with the same batch id', async () => {
    const answers: Answerer[] = [
      () => new Response('busy', { status: 503, headers: { 'retry-after': '7' } }),
      () => {
        throw new TypeError('connection refused');
      },
      () => new Response('<html>sign in</html>', { status: 200 }),
      (batch) => ackOf(batch, { batchId: brandId('00000000-0000-7000-8000-000000000009') }),
      () => new Response('', { status: 202 }),
      (batch) => ackOf(batch),
    ];
    const { dependencies, slept, batches } = fakeWorld((...args) => (answers.shift() as Answerer)(...args));
    expect(await deliver(runOf(2), dependencies)).toMatchObject({ accepted: 2 });
    expect(slept).toEqual([7_000, 500, 1_000, 2_000, 4_000]);
    expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(1);
  });

  it('gives up after a while, and says that importing again is safe', async () => {
    const { dependencies, slept } = fakeWorld(() => new Response('', { status: 503 }));
    const failure = await deliver(runOf(1), dependencies).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TidemarkError);
    expect(failure).toMatchObject({ code: 'import_not_delivered' });
    expect(String(failure)).toMatch(/HTTP 503.*import the same file again/);
    expect(slept.reduce((sum, delayMs) => sum + delayMs, 0)).toBeLessThanOrEqual(RETRY_FOR_MS);
    expect(slept.length).toBeGreaterThan(20);
  });

  it('gives up at once when it is asked to wait for longer than it would', async () => {
    const { dependencies, slept } = fakeWorld(
      () => new Response('', { status: 503, headers: { 'retry-after': '3600' } }),
    );
    await expect(deliver(runOf(1), dependencies)).rejects.toMatchObject({ code: 'import_not_delivered' });
    expect(slept).toEqual([]);
  });

  it.each([401, 403])('stops at %d', async (status) => {
    const { dependencies, slept } = fakeWorld(() => new Response('', { status }));
    await expect(deliver(runOf(1), dependencies)).rejects.toMatchObject({ code: 'import_key_refused' });
    expect(slept).toEqual([]);
  });

  it('halves what is too large, each half a batch of its own', async () => {
    const { dependencies, batches } = fakeWorld((batch) =>
      batch.events.length > 2
        ? new Response('', { status: 413 })
        : ackOf(batch, { accepted: 0, duplicate: batch.events.length }),
    );
    expect(await deliver(runOf(5), dependencies)).toEqual({ accepted: 0, duplicate: 5, rejected: [] });
    expect(batches.map(({ events }) => events.length)).toEqual([5, 3, 2, 1, 2]);
    expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(5);
    const delivered = batches.filter(({ events }) => events.length <= 2).flatMap(({ events }) => events);
    expect(delivered.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    [413, 'too_large'],
    [400, 'unreadable'],
  ])('sets a single event aside that is answered %d, by its line', async (status, reason) => {
    const { dependencies } = fakeWorld((batch) =>
      batch.events.some(({ seq }) => seq === 2) ? Response.json({ code: 'invalid_batch' }, { status }) : ackOf(batch),
    );
    expect(await deliver(runOf(4), dependencies)).toEqual({
      accepted: 3,
      duplicate: 0,
      rejected: [{ lineNumber: 102, type: 'custom', reason, field: '' }],
    });
  });

  it('names the lines of the events that the collector rejects', async () => {
    const rejected = [
      { index: 1, eventId: ids.eventId(AT, 2, 'request'), reason: 'too_long', field: 'name' } as const,
      { index: 99, eventId: ids.eventId(AT, 2, 'request'), reason: 'too_long', field: 'name' } as const,
    ];
    const { dependencies } = fakeWorld((batch) => ackOf(batch, { accepted: 2, rejected }));
    expect(await deliver(runOf(3), dependencies)).toEqual({
      accepted: 2,
      duplicate: 0,
      rejected: [{ lineNumber: 102, type: 'custom', reason: 'too_long', field: 'name' }],
    });
  });
});
