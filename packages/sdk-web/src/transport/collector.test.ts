import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectCollector, type RequestTrace } from './collector.js';

const ack = { batchId: 'b1', accepted: 1, duplicate: 0, rejected: [], serverTimeMs: 1_000 };
const long = JSON.stringify({ filler: 'x'.repeat(2_000) });
const reply = (status: number, body: unknown = '', headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

interface Request {
  readonly url: string;
  readonly init: RequestInit;
  answer(response: Response | Error): void;
}

function connect(answer?: Response | Error, withCookie = false) {
  const requests: Request[] = [];
  const traces: RequestTrace[] = [];
  const times: number[][] = [];
  let clock = 100;
  const collector = connectCollector({
    fetch: (url, init = {}) =>
      new Promise((resolve, reject) => {
        const tell = (given: Response | Error) => (given instanceof Error ? reject(given) : resolve(given));
        requests.push({ url: String(url), init, answer: tell });
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        if (answer) tell(answer);
      }),
    endpoint: 'https://collect.example',
    writeKey: 'tm_pk_a/b&c',
    withCookie,
    now: () => Date.UTC(2026, 0, 5),
    monotonicMs: () => clock++,
    onRequest: (trace) => traces.push(trace),
    onServerTime: (...told) => times.push(told),
  });
  return { collector, requests, traces, times };
}

async function post(answer: Response | Error, json = '{}') {
  const { collector, requests, ...rest } = connect(answer);
  const outcome = await collector.post('b1', json, always);
  const [request] = requests;
  if (!request) throw new Error('nothing was posted');
  return { outcome, request, ...rest };
}

const always = () => true;

describe('connectCollector', () => {
  it('makes a simple request: no preflight, no cookies, the key in the address', async () => {
    const { outcome, request, traces, times } = await post(reply(202, ack));
    expect(outcome).toEqual({ kind: 'delivered', ack });
    expect(request.url).toBe('https://collect.example/v1/batch?k=tm_pk_a%2Fb%26c');
    expect(request.init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(new TextDecoder().decode(request.init.body as Uint8Array)).toBe('{}');
    expect(traces).toEqual([{ kind: 'batch', status: 202, bytes: 2, tookMs: expect.any(Number) }]);
    expect(times).toEqual([[1_000, 100, 101]]);
  });

  it('lets cookies travel only where it is told to', async () => {
    const { collector, requests } = connect(reply(202, ack), true);
    await collector.post('b1', '{}', always);
    expect(requests[0]?.init.credentials).toBe('include');
  });

  it('says in the address that a body is packed', async () => {
    const { request } = await post(reply(202, ack), long);
    expect(request.url).toMatch(/&z=gzip$/);
    expect(gunzipSync(request.init.body as Uint8Array).toString()).toBe(long);
  });

  it('leaves most of what the browser carries for pages at their end to others while the page lives', async () => {
    vi.stubGlobal('CompressionStream', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { collector, requests } = connect();
    const bytes = (count: number) => 'x'.repeat(count);
    void collector.post('b1', bytes(20_000), always);
    void collector.post('b2', bytes(4_576), always);
    void collector.post('b3', bytes(1), always);
    await vi.waitFor(() => expect(requests).toHaveLength(3));
    expect(requests.map(({ init }) => init.keepalive)).toEqual([true, true, false]);
    requests[0]?.answer(new Error('gone'));
    await vi.waitFor(async () => {
      void collector.post('b4', bytes(1), always);
      await Promise.resolve();
      expect(requests.at(-1)?.init.keepalive).toBe(true); // its share is free again
    });
  });

  it('sends within the call at the end of the page, up to what the browser carries', async () => {
    const { collector, requests } = connect();
    expect(collector.postLeaving('b1', '币'.repeat(20_000))).toBeInstanceOf(Promise);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.init).toMatchObject({ keepalive: true, method: 'POST' });
    expect(collector.postLeaving('b2', 'x'.repeat(4_001))).toBeUndefined();
    const second = collector.postLeaving('b1', 'x'.repeat(4_000));
    expect(requests).toHaveLength(2);
    requests[1]?.answer(reply(202, ack));
    expect(await second).toEqual({ kind: 'delivered', ack });
  });

  it.each([
    ['a captive portal', reply(200, '<html>Log in</html>')],
    ['a captive portal that says 202', reply(202, '<html>Log in</html>')],
    ['a captive portal that says 400', reply(400, '<html>Bad request</html>')],
    ['the ack of another batch', reply(202, { ...ack, batchId: 'b2' })],
    ['an opaque answer', Response.error()],
    ['no network', new TypeError('Failed to fetch')],
    ['a gateway in trouble', reply(502, 'Bad gateway')],
    ['a collector that is busy', reply(503, {})],
    ['too many requests', reply(429, {})],
  ])('takes %s for no delivery, and no refusal', async (_, answer) => {
    const { outcome, times } = await post(answer);
    expect(outcome).toEqual({ kind: 'retry', afterMs: undefined });
    expect(times).toEqual([]);
  });

  it('survives a fetch that throws', async () => {
    const { outcome } = await post(new Error('the page replaced it by something else'));
    expect(outcome).toEqual({ kind: 'retry', afterMs: undefined });
  });

  it('reads how long to wait', async () => {
    const busy = { kind: 'retry' };
    expect((await post(reply(503, {}, { 'Retry-After': '7' }))).outcome).toEqual({ ...busy, afterMs: 7_000 });
    const date = 'Mon, 05 Jan 2026 00:00:09 GMT';
    expect((await post(reply(503, {}, { 'Retry-After': date }))).outcome).toEqual({ ...busy, afterMs: 9_000 });
  });

  it('tells the refusals of a collector apart', async () => {
    expect((await post(reply(401, { code: 'unknown_key' }))).outcome).toEqual({ kind: 'stopped', status: 401 });
    expect((await post(reply(413, { code: 'body_too_large' }))).outcome).toEqual({ kind: 'too_large' });
    expect((await post(reply(400, { code: 'invalid_batch' }))).outcome).toEqual({ kind: 'unreadable' });
  });

  it.each(['the request', 'the answer'])('gives up when %s hangs', async (what) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { collector, requests } = connect();
    const outcome = collector.post('b1', '{}', always);
    await vi.advanceTimersByTimeAsync(0);
    if (what === 'the answer') {
      const { signal } = requests[0]?.init ?? {};
      const json = () => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      requests[0]?.answer({ status: 202, headers: new Headers(), json } as unknown as Response);
    }
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await outcome).toEqual({ kind: 'retry', afterMs: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks which batches are durable, and knows an answer from none', async () => {
    const ask = async (answer: Response | Error) => {
      const { collector, requests } = connect(answer);
      const durable = await collector.ask(['b1', 'b2']);
      expect(requests[0]?.url).toBe('https://collect.example/v1/acks?k=tm_pk_a%2Fb%26c&ids=b1,b2');
      expect(requests[0]?.init.method).toBeUndefined();
      return durable;
    };
    expect(await ask(reply(200, { durable: ['b2'], unknown: ['b1'] }))).toEqual(['b2']);
    for (const none of [new TypeError('no network'), reply(503), reply(429), reply(502), Response.error()])
      expect(await ask(none)).toBeUndefined();
    // Older than acks, or not a collector: the batches are sent again.
    for (const other of [reply(404), reply(200, '<html>'), reply(200, 'null'), reply(200, { durable: 'b1' })])
      expect(await ask(other)).toEqual([]);
  });

  it('reads the configuration, and takes anything but a 200 for none', async () => {
    expect(await connect(reply(200, { enabled: true })).collector.get('config')).toEqual({ enabled: true });
    for (const none of [reply(404, { enabled: false }), new Error('no network'), reply(200, '<html>')])
      expect(await connect(none).collector.get('config')).toBeUndefined();
  });
});
