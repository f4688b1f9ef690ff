import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../observe/logger.js';
import { createMetrics, type Metrics } from '../../observe/metrics.js';
import { type ConfigInput, readConfig } from '../config.js';
import { createHttpApp } from './http-app.js';
import { openGuard } from './open-guard.js';

interface Served {
  readonly port: number;
  readonly metrics: Metrics;
  /** Requests that reached a route and have not been answered. */
  readonly waiting: (() => void)[];
  /** Bytes that wait for the disk. */
  pending: number;
}

/** A server behind the guard whose routes answer when the test says so. */
async function serve(limits: ConfigInput): Promise<Served> {
  const metrics = createMetrics();
  const config = readConfig({}, { connectionCheckMs: 20, ...limits });
  const served = { port: 0, metrics, waiting: [] as (() => void)[], pending: 0 };
  const guard = openGuard(config, metrics, () => served.pending);
  const app = createHttpApp(config.trustProxy, createLogger('silent'), metrics, guard.createServer);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const answerLater = () => new Promise<string>((resolve) => served.waiting.push(() => resolve('done')));
  app.get('/livez', async () => 'alive');
  app.get('/v1/reports/pages', answerLater);
  app.post('/v1/batch', answerLater);
  app.get('/long', async () => 'x'.repeat(8 * 1_048_576));
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    for (const answer of served.waiting) answer();
    app.server.closeAllConnections();
    await app.close();
    guard.close();
  });
  served.port = (app.server.address() as AddressInfo).port; // listening on TCP
  return served;
}

interface Client {
  readonly socket: Socket;
  text(): string;
  readonly closed: Promise<unknown>;
}

function client(port: number, send: string): Client {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(send);
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => text, closed: once(socket, 'close') };
}

const post = (length: number) => `POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const status = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code));

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await holds()); ) {
    if (performance.now() > deadline) throw new Error('it did not come to hold within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function counted({ metrics }: Served, name: string): Promise<number> {
  const line = (await metrics.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}

describe('a guarded server', () => {
  it('refuses what is beyond the requests it takes, unread and with Retry-After, and takes again when one has gone', async () => {
    const served = await serve({ maxConcurrentRequests: 2 });
    const taken = [client(served.port, `${post(2)}{}`), client(served.port, `${post(2)}{}`)];
    await until(() => served.waiting.length === 2);
    const refused = client(served.port, `${post(2)}{}`);
    await until(() => refused.text().includes('\r\n\r\n{'));
    expect(status(refused.text())).toEqual([503]);
    expect(refused.text()).toMatch(/\r\nRetry-After: [1-9]\d*\r\n/); // more on a machine that is busy itself
    expect(refused.text()).toMatch(/\r\nAccess-Control-Allow-Origin: \*\r\n/);
    expect(refused.text()).toContain('"code":"busy"');
    const alive = client(served.port, get('/livez'));
    await until(() => alive.text().endsWith('alive')); // an operator is always answered
    served.waiting[0]?.();
    await until(() => taken.some(({ text }) => text().endsWith('done')));
    client(served.port, `${post(2)}{}`);
    await until(() => served.waiting.length === 3);
    expect(await counted(served, 'tidemark_shed_requests_total{reason="requests"}')).toBe(1);
    expect(await counted(served, 'tidemark_refused_requests_total{code="busy"}')).toBe(1);
  });

  it('keeps reports from taking the room of batches', async () => {
    const served = await serve({ maxConcurrentReads: 1 });
    client(served.port, get('/v1/reports/pages?limit=1'));
    await until(() => served.waiting.length === 1);
    const refused = client(served.port, get('/v1/reports/pages'));
    await until(() => status(refused.text()).length === 1);
    expect(status(refused.text())).toEqual([503]);
    client(served.port, `${post(2)}{}`);
    await until(() => served.waiting.length === 2);
    expect(await counted(served, 'tidemark_shed_requests_total{reason="reads"}')).toBe(1);
  });

  it('counts bodies that are still to come, and rows that wait for the disk, against the bytes it holds', async () => {
    const served = await serve({ maxBytesInFlight: 8 * 1_048_576 });
    const senders = [client(served.port, post(1_000_000)), client(served.port, post(1_000_000))];
    await until(async () => (await counted(served, 'tidemark_requests_in_flight')) === 2);
    const refused = client(served.port, post(1_000_000));
    await refused.closed; // a large body is not read, which costs the connection
    expect(status(refused.text())).toEqual([503]);
    expect(refused.text()).toMatch(/\r\nConnection: close\r\n/);
    for (const { socket } of senders) socket.destroy();
    await until(async () => (await counted(served, 'tidemark_bytes_in_flight')) === 0);
    served.pending = 8 * 1_048_576;
    const small = client(served.port, `${post(2)}{}`);
    await until(() => status(small.text()).length === 1);
    expect(status(small.text())).toEqual([503]);
    expect(await counted(served, 'tidemark_shed_requests_total{reason="bytes"}')).toBe(2);
  });

  it('reads nothing more for a moment from a sender that it refused', async () => {
    const served = await serve({ maxConcurrentRequests: 1 });
    client(served.port, `${post(2)}{}`);
    await until(() => served.waiting.length === 1);
    const impatient = client(served.port, `${post(2)}{}`);
    await until(() => status(impatient.text()).length === 1);
    served.waiting[0]?.(); // there is room, but the sender was told to wait
    for (let sent = 0; sent < 3; sent++) {
      impatient.socket.write(`${post(2)}{}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(served.waiting.length).toBe(1);
    await until(() => served.waiting.length === 2); // then it is read on
  });

  it('lets one sender open its share of connections', async () => {
    const served = await serve({ maxConnectionsPerAddress: 2 });
    const kept = [client(served.port, get('/livez')), client(served.port, get('/livez'))];
    await until(() => kept.every(({ text }) => text().endsWith('alive')));
    const third = client(served.port, get('/livez'));
    await third.closed;
    expect(third.text()).toBe('');
    expect(await counted(served, 'tidemark_cut_connections_total{reason="per_address"}')).toBe(1);
    kept[0]?.socket.destroy();
    await until(async () => {
      const again = client(served.port, get('/livez'));
      await Promise.race([again.closed, until(() => again.text() !== '')]);
      return again.text().endsWith('alive');
    });
  });

  it('takes the connections of a proxy for those of many', async () => {
    const served = await serve({ maxConnectionsPerAddress: 1, trustProxy: '127.0.0.1' });
    const clients = [client(served.port, get('/livez')), client(served.port, get('/livez'))];
    await until(() => clients.every(({ text }) => text().endsWith('alive')));
  });

  it('closes what comes beyond all connections', async () => {
    const served = await serve({ maxConnections: 1 });
    const kept = client(served.port, get('/livez'));
    await until(() => kept.text().endsWith('alive'));
    const second = client(served.port, get('/livez'));
    await second.closed;
    expect(second.text()).toBe('');
    expect(await counted(served, 'tidemark_cut_connections_total{reason="connections"}')).toBe(1);
  });

  it('cuts off headers, bodies and readers that do not get on', async () => {
    const served = await serve({ headersTimeoutMs: 100, requestTimeoutMs: 200, answerTimeoutMs: 100 });
    const headers = client(served.port, 'POST /v1/batch HTTP/1.1\r\nHost:');
    const body = client(served.port, `${post(1_000)}{`);
    await Promise.all([headers.closed, body.closed]);
    expect([headers, body].map(({ text }) => text().includes('"code":"request_timeout"'))).toEqual([true, true]);
    const reader = client(served.port, '');
    reader.socket.pause();
    reader.socket.write(get('/long').repeat(4));
    await until(async () => (await counted(served, 'tidemark_cut_connections_total{reason="unread_answer"}')) === 1);
    expect(await counted(served, 'tidemark_cut_connections_total{reason="slow_request"}')).toBe(2);
    await until(async () => (await counted(served, 'tidemark_requests_in_flight')) === 0); // those behind it, too
    expect(served.waiting).toEqual([]);
  });

  it('does not take what is no HTTP, and stays', async () => {
    const served = await serve({});
    const stranger = client(served.port, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n');
    await stranger.closed;
    expect(status(stranger.text())).toEqual([400]);
    expect(stranger.text()).toMatch(/\r\nContent-Type: application\/problem\+json\r\n.*"code":"malformed_request"/s);
    expect(await counted(served, 'tidemark_refused_requests_total{code="malformed_request"}')).toBe(1);
    const wordy = client(served.port, `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await wordy.closed;
    expect(status(wordy.text())).toEqual([431]);
    expect(wordy.text()).toContain('"code":"headers_too_large"');
    const fine = client(served.port, get('/livez'));
    await until(() => fine.text().endsWith('alive'));
    expect(await counted(served, 'tidemark_cut_connections_total{reason="malformed"}')).toBe(2);
  });
});
