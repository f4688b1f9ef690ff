import type { BatchId, DurableBatches } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, testId } from '../../../../test/fixtures/batches.js';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';

describe('GET /v1/acks', () => {
  it('tells which batches are durable, to keys that may send and to their workspace only', async () => {
    const test = await startTestCollector();
    onTestFinished(() => test.close());
    const { url, keys } = test.collector;
    const ask = (ids: string, key: string) => fetch(`${url}/v1/acks?k=${key}&ids=${ids}`);
    const batch = makeBatch();
    const other = testId<BatchId>(999_999);

    const before = await ask(batch.batchId, keys.writeKey);
    expect(await before.json()).toEqual({ durable: [], unknown: [batch.batchId] });
    await deliver(url, keys.writeKey, batch);
    const after = await ask(`${batch.batchId},${other}`, keys.writeKey);
    expect(after.headers.get('access-control-allow-origin')).toBe('*');
    expect(after.headers.get('cache-control')).toBe('no-store');
    expect((await after.json()) as DurableBatches).toEqual({ durable: [batch.batchId], unknown: [other] });

    expect((await ask('', keys.writeKey)).status).toBe(400);
    expect((await ask('1;DROP', keys.writeKey)).status).toBe(400);
    expect((await ask(Array.from({ length: 51 }, () => other).join(), keys.writeKey)).status).toBe(400);
    expect((await ask(other, `tm_pk_${'0'.repeat(40)}`)).status).toBe(401);
    const read = await fetch(`${url}/v1/acks?ids=${other}`, { headers: { authorization: `Bearer ${keys.readKey}` } });
    expect(read.status).toBe(403);
  });
});
