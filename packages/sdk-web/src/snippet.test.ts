// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createNoClient } from './boot/no-client.js';
import type { Stub } from './replay-stub.js';

const page = window as { tidemark?: Stub };
const options = { endpoint: 'https://collect.example', writeKey: 'tm_pk_0123456789ab' };

/** Runs the snippet as a page does: once for each page. */
async function load(): Promise<Stub> {
  vi.resetModules();
  await import('./snippet.js');
  if (!page.tidemark) throw new Error('the snippet left nothing behind');
  return page.tidemark;
}

describe('the snippet', () => {
  beforeEach(() => {
    delete page.tidemark;
  });

  it('takes every call that a client takes', async () => {
    const stub = await load();
    const client = stub.init(options);
    expect(Object.keys(client).sort()).toEqual(Object.keys(createNoClient()).sort());
  });

  it('keeps the calls with their time, in their order', async () => {
    vi.useFakeTimers({ now: 5_000, toFake: ['Date', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const stub = await load();
    const client = stub.init(options);
    vi.advanceTimersByTime(100);
    client.track('a', { n: 1 });
    vi.advanceTimersByTime(100);
    client.click('buy');
    const [held] = stub.held;
    const [first, second] = held?.calls ?? [];
    expect(held).toMatchObject({ options, at: [5_000, 0] });
    expect(first).toMatchObject({ method: 'track', args: ['a', { n: 1 }], at: [5_100, 100] });
    expect(second).toMatchObject({ method: 'click', args: ['buy'], at: [5_200, 200] });
  });

  it('keeps a thousand, counts the rest, and says so', async () => {
    const stub = await load();
    const client = stub.init({ ...options, consent: 'unknown' });
    for (let i = 0; i < 1_003; i++) client.track(`e${i}`);
    expect(stub.held[0]?.calls).toHaveLength(1_000);
    expect(client.health()).toEqual({
      queued: 1_000,
      delivered: 0,
      rejected: 0,
      dropped: { snippet_full: 3 },
      storage: 'memory',
      stopped: false,
      consent: 'unknown',
      clock: { steps: 0 },
      requests: [],
    });
    await client.flush(); // no room for it either, and yet it comes to an end
  });

  it('settles what waits for a script that never comes', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const client = (await load()).init(options);
    const settled = vi.fn();
    void client.flush().then(settled);
    void client.close().then(settled);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toHaveBeenCalledTimes(2);
  });

  it('hands every call to the client once there is one', async () => {
    const stub = await load();
    const client = stub.init(options);
    const [held] = stub.held;
    const real = { ...createNoClient(), track: vi.fn(), flush: vi.fn(async () => undefined) };
    if (held) held.client = real;
    client.track('late', { n: 1 });
    await client.flush();
    expect(real.track).toHaveBeenCalledWith('late', { n: 1 });
    expect(real.flush).toHaveBeenCalledTimes(1);
    expect(held?.calls).toEqual([]);
    expect(client.health().stopped).toBe(true); // as the real one says
  });

  it('starts at once what a page asks of it after the script has come', async () => {
    const stub = await load();
    stub.start = vi.fn();
    stub.init(options);
    expect(stub.start).toHaveBeenCalledTimes(1);
    expect(stub.held).toEqual([]);
  });

  it('does not stand in for a script that is there already', async () => {
    const script = { init: () => createNoClient(), held: [] };
    page.tidemark = script;
    expect(await load()).toBe(script);
  });
});
