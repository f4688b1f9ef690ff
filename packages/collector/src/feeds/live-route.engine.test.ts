import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenLive } from '../../../../benchmarks/src/load/listen-live.js';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';

describe('GET /v1/live', () => {
  let test: TestCollector;
  let queue = 0;
  beforeAll(async () => {
    test = await startTestCollector();
  });
  afterAll(() => test.close());

  async function listen(lastEventId?: string) {
    const listening = await listenLive(test.collector.url, test.collector.keys.readKey, lastEventId);
    onTestFinished(listening.close);
    return listening;
  }
  const send = (...names: readonly string[]) => {
    queue++;
    const events = names.map((name, n) => makeEvent(n + 1, { name }, queue));
    return deliver(test.collector.url, test.collector.keys.writeKey, makeBatch({ queue, events }));
  };

  it('shows an event, a copy never, and goes on behind the last one seen', async () => {
    const first = await listen();
    await send('a', 'b\n\nevent: forged');
    await expect.poll(() => first.messages.length).toBe(2);
    expect(first.messages.map(({ value }) => value.label)).toEqual(['a', 'b\n\nevent: forged']);
    queue--;
    await send('a', 'b\n\nevent: forged'); // copies
    const seen = first.messages[0]?.id;
    first.close();
    await send('c');

    const resumed = await listen(seen);
    await expect.poll(() => resumed.messages.length).toBe(2);
    expect(resumed.messages.map(({ value }) => value.label)).toEqual(['b\n\nevent: forged', 'c']);
    await send('d');
    await expect.poll(() => resumed.messages.at(-1)?.value.label).toBe('d');
    const ids = resumed.messages.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));

    const fromAnotherLife = await listen('1000000');
    await expect.poll(() => fromAnotherLife.messages.length).toBe(4);
  });

  it('needs a read key, and not in the address', async () => {
    const { url, keys } = test.collector;
    const ask = async (path: string, key: string) =>
      (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await ask('/v1/live', '')).toBe(401);
    expect(await ask('/v1/live', keys.writeKey)).toBe(403);
    expect((await fetch(`${url}/v1/live?k=${keys.readKey}`)).status).toBe(403);
    expect((await fetch(`${url}/v1/live?k=${keys.writeKey}`)).status).toBe(403);
  });

  it('forgets listeners that went away', async () => {
    const count = async () =>
      /^tidemark_live_listeners (\d+)$/m.exec(await (await fetch(`${test.collector.url}/metrics`)).text())?.[1];
    await expect.poll(count).toBe('0');
    const one = await listen();
    await expect.poll(count).toBe('1');
    one.close();
    await expect.poll(count).toBe('0');
    await fetch(`${test.collector.url}/v1/live`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${test.collector.keys.readKey}` },
      signal: AbortSignal.timeout(1_000),
    });
    expect(await count()).toBe('0');
  });
});
