import { once } from 'node:events';
import { Agent, createServer, request as forwardRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../load/random.js';
import { sleep } from '../process/wait-until.js';
import { decideFate, type Fate, type Weather } from './weather.js';
import { createWireLog, type WireLog } from './wire-log.js';

/** A bad network in front of a collector: HTTP in, HTTP out, and in between what the weather does. */
export interface LossyProxy {
  readonly url: string;
  readonly log: WireLog;
  setWeather(weather: Weather): void;
  close(): Promise<void>;
}

export interface LossyProxyOptions {
  /** Address of the collector. */
  readonly target: string;
  readonly seed: number;
  readonly weather: Weather;
  /** Shared by all networks of one device. Default: one of its own. */
  readonly log?: WireLog;
}

interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Longer than any pause of a page: connections end by the weather alone. */
const KEEP_ALIVE_MS = 120_000;

/** Listens on a free port of 127.0.0.1. */
export async function startLossyProxy(options: LossyProxyOptions): Promise<LossyProxy> {
  const { target, log = createWireLog() } = options;
  const random = createRandom(options.seed);
  const agent = new Agent({ keepAlive: true });
  let { weather } = options;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', rawHeaders, socket } = request;
    const body = await readAll(request);
    const arrived = log.arrived({ method, target: url, rawHeaders, body });
    const fate = decideFate(weather, random);
    if (fate.latencyMs > 0) await sleep(fate.latencyMs);
    if (weather.down || fate.kind === 'lost-request') return void socket.resetAndDestroy();
    if (fate.kind === 'busy') return turnAway(response);
    const answer = await forward(agent, target, request, body);
    if (answer.status === 202) arrived.taken();
    if (weather.down) return void socket.resetAndDestroy(); // the network went away meanwhile
    deliver(response, answer, fate);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy()); // the page went away, or the collector did
  });
  server.on('connection', (socket) => {
    if (weather.down) socket.resetAndDestroy();
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP, so it has one
    log,
    setWeather(next) {
      weather = next;
      if (next.down) server.closeAllConnections();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks);
}

async function forward(agent: Agent, target: string, request: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const { host: _, ...headers } = request.headers;
  const outgoing = forwardRequest(new URL(request.url ?? '/', target), { agent, method: request.method, headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await readAll(answer) };
}

/** As the collector does it, so that the page may read it. */
function turnAway(response: ServerResponse): void {
  const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'retry-after' };
  response.writeHead(503, { ...headers, 'Retry-After': '1', 'Content-Type': 'application/problem+json' });
  response.end('{"code":"busy","detail":"try again later"}');
}

function deliver(response: ServerResponse, { status, headers, body }: Forwarded, { kind }: Fate): void {
  if (kind === 'lost-answer') return void response.socket?.resetAndDestroy();
  response.writeHead(status, headers);
  if (kind !== 'cut-answer') return void response.end(body);
  // The length is promised in full.
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.resetAndDestroy());
}
