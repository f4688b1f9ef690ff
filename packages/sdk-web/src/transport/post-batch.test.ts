import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { postBatch } from './post-batch.js';

const destination = { endpoint: 'https://collect.example', writeKey: 'tm_pk_a/b&c' };
const ack = { batchId: 'b1', accepted: 1, duplicate: 0, rejected: [], serverTimeMs: 1 };
const long = JSON.stringify({ filler: 'x'.repeat(2_000) });

interface Request {
  readonly url: string;
  readonly init: RequestInit;
}

async function post(answer: Response | Error, json = '{}', keepalive = false) {
  const requests: Request[] = [];
  const fetchPage: typeof fetch = async (url, init = {}) => {
    requests.push({ url: String(url), init });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const outcome = await postBatch(fetchPage, destination, 'b1', json, keepalive, () => Date.UTC(2026, 0, 5));
  const [request] = requests;
  if (!request) throw new Error('nothing was posted');
  return { outcome, request };
}

const reply = (status: number, body: unknown = '', headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

describe('postBatch', () => {
  it('makes a simple request: no preflight, no cookies, the key in the address', async () => {
    const { outcome, request } = await post(reply(202, ack));
    expect(outcome).toEqual({ kind: 'delivered', ack });
    expect(request.url).toBe('https://collect.example/v1/batch?k=tm_pk_a%2Fb%26c');
    expect(request.init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      keepalive: false,
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(new TextDecoder().decode(request.init.body as Uint8Array)).toBe('{}');
  });

  it('says in the address that a body is packed', async () => {
    const { request } = await post(reply(202, ack), long);
    expect(request.url).toMatch(/&z=gzip$/);
    expect(gunzipSync(request.init.body as Uint8Array).toString()).toBe(long);
  });

  it('asks for a request that outlives the page only where the browser grants it', async () => {
    expect((await post(reply(202, ack), long, true)).request.init.keepalive).toBe(true);
    vi.stubGlobal('CompressionStream', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const bytes = (count: number) => JSON.stringify('币'.repeat(count / 3));
    expect((await post(reply(202, ack), bytes(60_000), true)).request.init.keepalive).toBe(true);
    expect((await post(reply(202, ack), bytes(66_000), true)).request.init.keepalive).toBe(false);
  });

  it.each([
    ['a captive portal', reply(200, '<html>Log in</html>')],
    ['a captive portal that says 202', reply(202, '<html>Log in</html>')],
    ['a captive portal that says 400', reply(400, '<html>Bad request</html>')],
    ['the ack of another batch', reply(202, { ...ack, batchId: 'b2' })],
    ['an opaque answer', Response.error()],
    ['no network', new TypeError('Failed to fetch')],
    ['a gateway in trouble', reply(502, 'Bad gateway')],
  ])('takes %s for no delivery, and no refusal', async (_, answer) => {
    expect((await post(answer)).outcome).toEqual({ kind: 'retry', afterMs: undefined });
  });

  it('reads how long to wait', async () => {
    expect((await post(reply(503, {}, { 'Retry-After': '7' }))).outcome).toEqual({ kind: 'retry', afterMs: 7_000 });
    expect((await post(reply(503, {}, { 'Retry-After': 'Mon, 05 Jan 2026 00:00:09 GMT' }))).outcome).toEqual({
      kind: 'retry',
      afterMs: 9_000,
    });
  });

  it('tells the refusals of a collector apart', async () => {
    expect((await post(reply(401, { code: 'unknown_key' }))).outcome).toEqual({ kind: 'stopped', status: 401 });
    expect((await post(reply(413, { code: 'body_too_large' }))).outcome).toEqual({ kind: 'too_large' });
    expect((await post(reply(400, { code: 'invalid_batch' }))).outcome).toEqual({ kind: 'unreadable' });
  });

  it.each(['the request', 'the answer'])('gives up when %s hangs', async (what) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const never = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const fetchPage = (async (_: unknown, init: RequestInit) => {
      const waiting = never(init.signal as AbortSignal);
      if (what === 'the request') return await waiting;
      return { status: 202, headers: new Headers(), json: () => waiting } as unknown as Response;
    }) as typeof fetch;
    const outcome = postBatch(fetchPage, destination, 'b1', '{}', false, Date.now);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await outcome).toEqual({ kind: 'retry', afterMs: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });
});
