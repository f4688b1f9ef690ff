import { once } from 'node:events';
import { connect } from 'node:net';
import type { RiskFlag } from '@tidemark/protocol';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenFlags } from '../../../../benchmarks/src/load/listen-flags.js';
import { HttpProblem } from '../observe/http-problem.js';
import type { FlagRow } from '../store/tables/flags.js';
import { createRegistry } from '../workspaces/registry.js';
import { flagCursor } from './flag-cursor.js';
import { createFlagHub } from './flag-hub.js';
import { type FlagStreamOptions, registerFlagStreamRoute } from './flag-stream-route.js';

const COLLECTOR = '01890000-0000-7000-8000-000000000001';
const WAIT = { timeout: 60_000, interval: 10 };

function rowAt(position: number, text = ''): FlagRow {
  const flag = {
    flagId: `flag-${position}`,
    kind: 'velocity',
    severity: position % 2 === 0 ? 'high' : 'low',
    entity: { kind: 'user', id: `user-${position}` },
    surface: 'h5',
    status: 'open',
    reasons: [{ code: 'many', text }],
    collectorId: COLLECTOR,
    position,
  } as unknown as RiskFlag; // what the stream reads of it
  return { workspaceId: 'shop', flag };
}

async function open(stored: FlagRow[] = [], change: Partial<FlagStreamOptions> = {}) {
  const registry = createRegistry({ workspaces: [], keys: [], clientConfigs: [] }, () => 0);
  const { readKey } = registry.createWorkspace('shop', 'shop');
  const hub = createFlagHub();
  const app = fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof HttpProblem ? error.body().status : 500).send(String(error)),
  );
  registerFlagStreamRoute(app, {
    registry,
    hub,
    storeReady: () => true,
    readFlags: async (_workspace, after, _filter, limit) =>
      stored
        .map(({ flag }) => flag)
        .filter(({ position }) => position > (after[COLLECTOR] ?? 0))
        .slice(0, limit),
    heartbeatMs: 20,
    ...change,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { hub, url, readKey };
}

describe('GET /v1/flags/stream', () => {
  it('begins behind the last event id with what is stored, goes on with what is only here, and tells nothing twice', async () => {
    const stored = [1, 2, 3].map((position) => rowAt(position));
    const { hub, url, readKey } = await open(stored);
    hub.publish([3, 4].map((position) => rowAt(position)));
    const stream = await listenFlags(url, readKey, { lastEventId: flagCursor({ [COLLECTOR]: 1 }) });
    onTestFinished(stream.close);
    await expect.poll(() => stream.messages.length, WAIT).toBe(3);
    hub.publish([rowAt(5)]);
    await expect.poll(() => stream.messages.length, WAIT).toBe(4);
    expect(stream.messages.map(({ value: flag }) => flag.position)).toEqual([2, 3, 4, 5]);
    expect(stream.messages.at(-1)?.id).toBe(flagCursor({ [COLLECTOR]: 5 }));
  });

  it('tells only what is wanted, from now on unless told otherwise', async () => {
    const { hub, url, readKey } = await open([rowAt(2)]);
    hub.publish([rowAt(4)]);
    const stream = await listenFlags(url, readKey, { query: '?severity=high&entity=user:user-6' });
    onTestFinished(stream.close);
    await expect.poll(hub.listeners, WAIT).toBe(1);
    hub.publish([5, 6, 8].map((position) => rowAt(position)));
    await expect.poll(() => stream.messages.map(({ value: flag }) => flag.position), WAIT).toEqual([6]);
  });

  it('cuts off who does not read, while others are told', async () => {
    const { hub, url, readKey } = await open();
    const { port } = new URL(url);
    const deaf = connect(Number(port), '127.0.0.1');
    await once(deaf, 'connect');
    deaf.pause();
    deaf.write(`GET /v1/flags/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${readKey}\r\n\r\n`);
    onTestFinished(() => void deaf.destroy());
    const stream = await listenFlags(url, readKey);
    onTestFinished(stream.close);
    await expect.poll(hub.listeners, WAIT).toBe(2);
    const long = 'x'.repeat(100_000);
    let position = 0;
    await expect
      .poll(() => {
        hub.publish([rowAt(++position, long)]);
        return hub.listeners();
      }, WAIT)
      .toBe(1);
    await expect.poll(() => stream.messages.length, WAIT).toBe(position);
  });

  it('says so when the store cannot tell what was missed', async () => {
    const { url, readKey } = await open([], { storeReady: () => false });
    const answer = await fetch(`${url}/v1/flags/stream?cursor=`, { headers: { authorization: `Bearer ${readKey}` } });
    expect(answer.status).toBe(503);
  });
});

describe('what the hub keeps', () => {
  it('is all that the store does not have, and little of what it has', () => {
    const hub = createFlagHub();
    const heard = (): number => {
      let count = 0;
      hub.listen('shop', {}, (flags) => {
        count += flags.length;
      })();
      return count;
    };
    for (let position = 1; position <= 5_000; position++) hub.publish([rowAt(position)]);
    expect(heard()).toBe(5_000);
    hub.written(4_000);
    expect(heard()).toBe(2_000);
    hub.written(5_000);
    expect(heard()).toBe(2_000);
    hub.forget('shop', ['user-5000']);
    expect(heard()).toBe(1_999);
  });
});
