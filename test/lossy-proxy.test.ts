import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../benchmarks/src/load/random.js';
import { type LossyProxy, startLossyProxy } from '../benchmarks/src/sdk/lossy-proxy.js';
import { DOWN, decideFate, FAIR, type Weather } from '../benchmarks/src/sdk/weather.js';
import { createWireLog } from '../benchmarks/src/sdk/wire-log.js';

const ACK = { batchId: 'b', accepted: 1, duplicate: 0, rejected: [], serverTimeMs: 1 };

interface Rig {
  readonly proxy: LossyProxy;
  /** Bodies that came through to the collector. */
  readonly received: readonly string[];
}

/** A stand-in for the collector that takes everything, and a proxy in front of it. */
async function startRig(weather: Weather, seed = 1): Promise<Rig> {
  const received: string[] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push(text);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end(JSON.stringify(ACK));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy = await startLossyProxy({ target: `http://127.0.0.1:${port}`, seed, weather });
  onTestFinished(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  return { proxy, received };
}

function batch(batchId: string, sentAt: number, seqs: readonly number[]): string {
  return JSON.stringify({ batchId, sentAt, context: { queueId: 'q' }, events: seqs.map((seq) => ({ seq })) });
}

/** What a page sees: the status, `cut` when the body ends early, `reset` when there is no answer. */
async function post(proxy: LossyProxy, body: string): Promise<number | 'cut' | 'reset'> {
  const answer = await fetch(`${proxy.url}/v1/batch?k=tm_pk_x`, { method: 'POST', body }).catch(() => undefined);
  if (!answer) return 'reset';
  return await answer.json().then(
    () => answer.status,
    () => 'cut',
  );
}

describe('the lossy proxy', () => {
  it('passes everything on where the weather is fair, and knows what was taken', async () => {
    const { proxy, received } = await startRig(FAIR);
    expect(await post(proxy, batch('b1', 1, [1, 2]))).toBe(202);
    expect(received).toEqual([batch('b1', 1, [1, 2])]);
    expect([proxy.log.events(), proxy.log.takenEvents(), proxy.log.requests()]).toEqual([2, 2, 1]);
  });

  it('loses a request before it arrives', async () => {
    const { proxy, received } = await startRig({ ...FAIR, lostRequests: 1 });
    expect(await post(proxy, batch('b1', 1, [1]))).toBe('reset');
    expect(received).toEqual([]);
    expect([proxy.log.events(), proxy.log.takenEvents()]).toEqual([1, 0]);
  });

  it('loses an answer after the collector took the request', async () => {
    const { proxy, received } = await startRig({ ...FAIR, lostAnswers: 1 });
    expect(await post(proxy, batch('b1', 1, [1]))).toBe('reset');
    expect(received).toHaveLength(1);
    expect(proxy.log.takenEvents()).toBe(1);
  });

  it('cuts an answer in the middle of its body', async () => {
    const { proxy, received } = await startRig({ ...FAIR, cutAnswers: 1 });
    expect(await post(proxy, batch('b1', 1, [1]))).toBe('cut');
    expect(received).toHaveLength(1);
  });

  it('turns away with 503 and says when to come back, readable for a page', async () => {
    const { proxy, received } = await startRig({ ...FAIR, busy: 1 });
    const answer = await fetch(`${proxy.url}/v1/batch`, { method: 'POST', body: batch('b1', 1, [1]) });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(received).toEqual([]);
  });

  it('reaches nobody while it is down, not even over connections that were open, and is back afterwards', async () => {
    const { proxy, received } = await startRig(FAIR);
    expect(await post(proxy, batch('b1', 1, [1]))).toBe(202);
    proxy.setWeather(DOWN);
    expect(await post(proxy, batch('b2', 2, [2]))).toBe('reset');
    proxy.setWeather(FAIR);
    expect(await post(proxy, batch('b2', 3, [2]))).toBe(202);
    expect(received).toHaveLength(2);
  });

  it('holds a request back for as long as the weather says', async () => {
    const { proxy } = await startRig({ ...FAIR, latencyMs: { low: 60, high: 60 } });
    const startedAt = performance.now();
    await post(proxy, batch('b1', 1, [1]));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
  });
});

describe('the weather', () => {
  const weather: Weather = {
    ...FAIR,
    latencyMs: { low: 50, high: 800 },
    lostRequests: 0.125,
    lostAnswers: 0.125,
    cutAnswers: 0.1,
    busy: 0.1,
  };
  const fates = (seed: number, count: number) => {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => decideFate(weather, random));
  };

  it('is the same for the same seed, and another for another', () => {
    expect(fates(7, 50)).toEqual(fates(7, 50));
    expect(fates(7, 50)).not.toEqual(fates(8, 50));
  });

  it('falls on as many requests as it says', () => {
    const drawn = fates(1, 100_000);
    const share = (kind: string) => drawn.filter((fate) => fate.kind === kind).length / drawn.length;
    expect(share('lost-request')).toBeCloseTo(0.125, 2);
    expect(share('lost-answer')).toBeCloseTo(0.125, 2);
    expect(share('cut-answer')).toBeCloseTo(0.1, 2);
    expect(share('busy')).toBeCloseTo(0.1, 2);
    expect(share('pass')).toBeCloseTo(0.55, 2);
    expect(Math.min(...drawn.map(({ latencyMs }) => latencyMs))).toBe(50);
    expect(Math.max(...drawn.map(({ latencyMs }) => latencyMs))).toBe(800);
  });
});

describe('the wire log', () => {
  const request = (body: string | Buffer, target = '/v1/batch?k=x') => ({
    method: 'POST',
    target,
    rawHeaders: ['Host', 'a', 'Content-Type', 'text/plain'],
    body: Buffer.from(body),
  });

  it('counts an event that the collector had taken already as a copy, whatever batch it comes in', () => {
    const log = createWireLog();
    log.arrived(request(batch('b1', 1, [1, 2]))); // reached nobody
    log.arrived(request(batch('b1', 2, [1, 2]))).taken(); // so it had to come again
    log.arrived(request(batch('b1', 3, [1, 2]))).taken(); // and this was one time too many
    log.arrived(request(batch('b2', 4, [2, 3, 4]))).taken(); // as is one of these
    expect(log.events()).toBe(4);
    expect(log.copiesRatio()).toBe(3 / 4);
  });

  it('counts apart what the browser sent again by itself', () => {
    const log = createWireLog();
    log.arrived(request(batch('b1', 1, [1])));
    log.arrived(request(batch('b1', 1, [1])));
    expect([log.requests(), log.browserCopies(), log.copiesRatio()]).toEqual([1, 1, 0]);
  });

  it('reads packed bodies and counts bytes as they are on the wire', () => {
    const log = createWireLog();
    const packed = gzipSync(batch('b1', 1, [1, 2, 3]));
    log.arrived(request(packed, '/v1/batch?k=x&z=gzip'));
    const head = 'POST /v1/batch?k=x&z=gzip HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n\r\n';
    expect(log.events()).toBe(3);
    expect(log.bytes()).toBe(head.length + packed.length);
  });
});
