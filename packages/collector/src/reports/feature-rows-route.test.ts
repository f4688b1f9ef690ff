import { type FeatureRowsQuery, PROBLEM_STATUS } from '@tidemark/protocol';
import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { HttpProblem } from '../observe/http-problem.js';
import { createRegistry } from '../workspaces/registry.js';
import { registerFeatureRowsRoute } from './feature-rows-route.js';

const NOW = Date.UTC(2026, 2, 1);
const registry = createRegistry({ workspaces: [], keys: [] }, () => NOW);
const { readKey, writeKey } = registry.createWorkspace('w', 'W');

describe('GET /v1/feature-rows', () => {
  const app = fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof HttpProblem ? PROBLEM_STATUS[error.code] : 500).send(),
  );
  const asked: [string, Required<FeatureRowsQuery>][] = [];
  let hold: Promise<void> | undefined;
  let ready = true;
  registerFeatureRowsRoute(app, {
    registry,
    async readFeatureRows(workspaceId, query) {
      asked.push([workspaceId, query]);
      await hold;
      const rows = Array.from({ length: 1_200 }, (_, i) => [`u${i}`, i, null] as const);
      return { names: ['a', 'b'], rows: () => rows };
    },
    storeReady: () => ready,
    now: () => NOW,
  });
  afterAll(() => app.close());
  const get = (query: string, key: string = readKey) =>
    app.inject({ url: `/v1/feature-rows?${query}`, headers: { authorization: `Bearer ${key}` } });

  it('answers lines of JSON: the names first, then every subject once', async () => {
    const answer = await get('kind=user&activeSince=5');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const [head, ...rows] = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(head).toEqual({ kind: 'user', asOf: NOW, utcOffsetMinutes: 480, activeSince: 5, features: ['a', 'b'] });
    expect(rows).toHaveLength(1_200);
    expect([rows[0], rows[1_199]]).toEqual([
      ['u0', 0, null],
      ['u1199', 1_199, null],
    ]);
    await get('kind=visitor');
    expect(asked.at(-1)?.[1].activeSince).toBe(NOW - 86_400_000);
  });

  it('refuses a second question while one is answered, and takes one after', async () => {
    let go = () => {};
    hold = new Promise((resolve) => {
      go = resolve;
    });
    const first = get('kind=user').then((answer) => answer); // sent when somebody waits for it
    const second = await get('kind=user');
    expect(second.statusCode).toBe(422);
    go();
    hold = undefined;
    expect((await first).statusCode).toBe(200);
    expect((await get('kind=user')).statusCode).toBe(200);
  });

  it('takes read keys, known kinds, and a store that is there', async () => {
    expect((await get('kind=user', writeKey)).statusCode).toBe(403);
    expect((await get('kind=thing')).statusCode).toBe(400);
    expect((await get('')).statusCode).toBe(400);
    ready = false;
    expect((await get('kind=user')).statusCode).toBe(503);
  });
});
