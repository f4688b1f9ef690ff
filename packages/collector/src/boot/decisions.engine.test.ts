import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelVersions, OrderDecision } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBatch, makeEvent, postBatch, testId } from '../../../../test/fixtures/batches.js';
import { layMarket } from '../../../../test/fixtures/market-collector.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { judgeOutcomes, trainOrders } from '../decisions/train-worker.js';
import type { Trainer } from '../decisions/trainer.js';
import { signServerRequest } from '../ingest/sign-server-request.js';

/** Here, not in a thread: Node knows no TypeScript there. `test/e2e` has the thread. */
const trainer: Trainer = {
  train: async (task) => trainOrders(task),
  judge: async (task) => judgeOutcomes(task),
  close: async () => undefined,
};
const pace = { everyMs: 100, settledMs: 0 };
const REFIT_EVERY = 60;
const order = { userId: 'u-000011', productId: 'P30', side: 'subscribe', shares: 1_000, price: 1.02, reference: 1.02 };
const PATIENCE = { timeout: 120_000, interval: 50 };

describe('decisions', () => {
  let directory: string;
  let test: TestCollector;
  const start = () => startTestCollector(directory, { modelsRefitEvery: REFIT_EVERY }, { trainer, pace });
  const ask = async (method: string, path: string, body?: unknown, key = test.collector.keys.secretKey) => {
    const answer = await fetch(`${test.collector.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, body: type.includes('json') ? await answer.json() : await answer.text() };
  };
  const score = async (body: unknown = order) => (await ask('POST', '/v1/score', body)).body;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-decisions-'));
    await layMarket(directory);
    test = await start();
    await test.drained();
  }, 180_000);
  afterAll(async () => {
    await test.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('say that there is no model, and who may train one', async () => {
    expect(await ask('POST', '/v1/score', order)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('No model') },
    });
    expect(await ask('POST', '/v1/models', undefined, test.collector.keys.readKey)).toMatchObject({ status: 403 });
    expect(await ask('GET', '/v1/models', undefined, test.collector.keys.writeKey)).toMatchObject({ status: 403 });
    expect(await ask('POST', '/v1/score', { ...order, side: 'steal' })).toMatchObject({
      status: 400,
      body: { field: 'side' },
    });
  });

  it('are answered by a model trained of the orders that were sent, with reasons, and reckoned again', {
    timeout: 180_000,
  }, async () => {
    const trained = await ask('POST', '/v1/models');
    expect(trained).toMatchObject({ status: 201, body: { version: expect.stringMatching(/^[0-9a-f]{16}$/) } });
    await expect.poll(async () => (await score()).scores[0].degraded, PATIENCE).toBe(false);
    const cheap = { ...order, price: 1.01 };
    const answer = await score({ orders: [order, cheap, { ...order, userId: 'nobody' }] });
    expect(answer.model.version).toBe(trained.body.version);
    const [fair, poor, unknown] = answer.scores;
    expect(fair.low <= fair.probability && fair.probability <= fair.high).toBe(true);
    expect(poor.probability).toBeLessThan(fair.probability);
    expect(poor.reasons.join(' ')).toContain('below the market price');
    expect(unknown).toMatchObject({ degraded: true, degradedReason: expect.stringContaining('average') });
    // What users did of late is learnt from the store, and known from memory.
    const { columns } = (await ask('GET', '/v1/models/serving')).body.sides.subscribe.any;
    const names = columns.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['events_10m', 'views_1h', 'orders_24h']));
    const { facts } = (await ask('GET', `/v1/decisions/${fair.decisionId}`)).body;
    expect(facts).toMatchObject({ events_10m: expect.any(Number), devices_24h: expect.any(Number) });

    // A rule may name what the model says of an order that somebody asks whether to let through.
    const when = { feature: 'success_probability', is: 'above', value: 0 };
    const rule = { when, reason: 'It succeeds with {success_probability}.', weight: 10 };
    expect((await ask('PUT', '/v1/rules/will_fail', rule)).status).toBe(200);
    const { userId, ...terms } = cheap;
    const decided = (await ask('POST', '/v1/decide', { userId, order: terms })).body;
    expect(decided).toMatchObject({
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'will_fail' })]),
      scores: [{ kind: 'known', modelVersion: trained.body.version }],
    });
    const [{ value, decisionId }] = decided.scores;
    expect((await ask('GET', `/v1/decisions/${decisionId}`)).body).toMatchObject({
      ...{ reproduced: true, asked: cheap, answer: { probability: value } },
    });
    expect((await ask('GET', `/v1/decisions/${decided.decisionId}`)).body.reproduced).toBe(true);

    const explained = () => ask('GET', `/v1/decisions/${poor.decisionId}`);
    expect(await explained()).toMatchObject({ status: 200, body: { reproduced: true, answer: poor, asked: cheap } });
    await test.collector.close(); // what waits is written down
    test = await start();
    await test.collector.storePrepared;
    expect((await explained()).body).toMatchObject({ reproduced: true, answer: poor, asked: cheap });
    expect(await ask('GET', '/v1/decisions/none')).toMatchObject({ status: 404 });

    // What was in memory before is read from the store behind, and the same is known then.
    expect((await score()).scores[0].degraded).toBe(true);
    await expect.poll(async () => (await score()).scores[0].degraded, PATIENCE).toBe(false);
  });

  it('tell points and band of a customer who is not in memory on the next call, and who asked stands in the audit log', {
    timeout: 180_000,
  }, async () => {
    const card = async (userId: string) => (await ask('POST', '/v1/scorecard', { userId })).body;
    const [first, known] = [await card('u-000007'), await card('u-000011')];
    expect(first).toMatchObject({ degraded: true, decision: 'refer', reasons: [] });
    expect(known).toMatchObject({ userId: 'u-000011', degraded: false, band: expect.stringMatching(/^[A-E]$/) });
    await expect.poll(async () => (await card('u-000007')).degraded, PATIENCE).toBe(false);
    const again = await ask('GET', `/v1/decisions/${known.decisionId}`);
    expect(again.body).toMatchObject({ reproduced: true, facts: { orders_placed: expect.any(Number) } });
    expect(again.body.facts.orders_placed).toBeGreaterThan(0);
    expect((await ask('POST', '/v1/scorecard', {}, test.collector.keys.readKey)).status).toBe(403);
    const audit = await readFile(join(directory, 'audit.jsonl'), 'utf8');
    expect(audit).toContain(known.decisionId);
    expect(audit).not.toContain('u-000011');
  });

  it('are made of an order as it is placed, listed at once, and after a new start', { timeout: 180_000 }, async () => {
    const { serving } = (await ask('GET', '/v1/models')).body;
    const place = async (seq: number, orderId: string) => {
      const { userId: _, reference, ...asked } = order;
      const fields = { type: 'order', orderId, ...asked, currency: 'CNY', occurredAt: Date.now() };
      const events = [
        makeEvent(seq, { ...fields, phase: 'intent', props: { reference } }),
        makeEvent(seq + 1, { ...fields, phase: 'placed' }),
      ];
      const batch = makeBatch({ events, context: { userId: 'demo-1' } });
      expect((await postBatch(test.collector.url, test.collector.keys.writeKey, batch)).status).toBe(202);
    };
    const list = async () =>
      (await ask('GET', '/v1/decisions', undefined, test.collector.keys.readKey)).body.decisions as OrderDecision[];
    await place(1, 'first'); // of somebody of whom nothing is known yet
    await expect
      .poll(async () => (await score({ ...order, userId: 'demo-1' })).scores[0].degraded, PATIENCE)
      .toBe(false);
    await place(3, 'second');
    const [second, first, ...others] = await list();
    expect(others).toEqual([]); // neither what was only asked about, nor history
    expect([first?.asked.orderId, first?.answer.degraded]).toEqual(['first', true]);
    expect(second).toMatchObject({
      modelVersion: serving,
      asked: { orderId: 'second', userId: 'demo-1', productId: 'P30', side: 'subscribe', shares: 1_000, price: 1.02 },
      answer: { degraded: false },
    });
    const { probability = 0, low = 1, high = 0, reasons = [] } = second?.answer ?? {};
    expect([0 < low && low <= probability, probability <= high && high < 1]).toEqual([true, true]);
    expect(reasons[0]).toMatch(/^[A-Z0-9].+\. It costs \d+ points?\.$/);
    const explained = async () => (await ask('GET', `/v1/decisions/${second?.decisionId}`)).body;
    // Known as of before: the first order, not this one.
    expect(await explained()).toMatchObject({
      reproduced: true,
      facts: { orders_placed: 1, orders_1h: 1, price_edge: 0 },
    });

    await test.collector.close();
    test = await start();
    await test.collector.storePrepared;
    expect(await list()).toEqual([second, first]);
  });

  it('come from the last good model when the newest is damaged', { timeout: 180_000 }, async () => {
    const [first] = (await ask('GET', '/v1/models')).body.versions;
    const second = (await ask('POST', '/v1/models')).body.version;
    expect((await ask('GET', '/v1/models')).body).toMatchObject({ serving: second, versions: [second, first] });
    const card = await ask('GET', '/v1/models/serving');
    expect(card.body.sides.sell.any).toMatchObject({
      kind: 'boosting',
      target: 'any_fill',
      fingerprint: expect.any(String),
    });
    expect((await ask('GET', `/v1/models/${second}.html`)).body).toContain('Calibration');
    // What the first was asked lies in the store, and is held against what it learnt from.
    const { any } = (await ask('GET', `/v1/models/${first}`)).body.sides.subscribe;
    expect(any.stability.decisions).toBeGreaterThan(2);
    expect(any.stability.lines[0]).toMatchObject({ name: 'probability', stability: { psi: expect.any(Number) } });
    expect(any.shapes.map(({ name }: { name: string }) => name)).toContain('price_edge');

    await test.collector.close();
    const folder = join(directory, 'models', (await readdir(join(directory, 'models')))[0] ?? '');
    const newest = join(
      folder,
      (await readdir(folder))
        .filter((name) => /^\d/.test(name))
        .sort()
        .at(-1) ?? '',
    );
    await writeFile(newest, (await readFile(newest, 'utf8')).replace('"seed":1', '"seed":2'));
    test = await start();
    expect((await ask('GET', '/v1/models')).body.serving).toBe(first);
  });

  it('are recalibrated by what became of the orders, and the models trained anew of them', {
    timeout: 180_000,
  }, async () => {
    const models = async () => (await ask('GET', '/v1/models')).body as ModelVersions;
    const first = (await models()).serving;
    const { userId: _, reference: __, ...asked } = order;
    const orders = Array.from({ length: REFIT_EVERY }, (_, at) => ({
      ...asked,
      orderId: `rolled ${at}`,
      currency: 'CNY',
    }));
    const placed = orders.map((one, at) =>
      makeEvent(at + 101, { type: 'order', phase: 'placed', occurredAt: Date.now(), ...one }),
    );
    const batch = makeBatch({ events: placed, context: { userId: 'demo-2' } });
    expect((await postBatch(test.collector.url, test.collector.keys.writeKey, batch)).status).toBe(202);
    await test.drained();
    // All are filled, of which the model knows better: it is not taken at its word any more. Nor is one left open that came before.
    const earlier = ['first', 'second'].map((orderId) => ({ ...asked, orderId, currency: 'CNY' }));
    const fills = [...earlier, ...orders].map((one, at) => ({
      ...{ type: 'order_fill', phase: 'filled', eventId: testId(7_000_000_000 + at), occurredAt: Date.now() },
      ...{ ...one, userId: 'demo-2', remainingShares: 0 },
    }));
    const context = { appId: 'shop', sdk: { name: 'matching', version: '7' } };
    const body = Buffer.from(JSON.stringify({ v: 1, batchId: testId(8_000_000_000), context, events: fills }));
    const signature = signServerRequest(test.collector.keys.secretKey, Date.now(), 'once-and-for-all', body);
    const headers = { 'content-type': 'application/json', ...signature };
    const sent = await fetch(`${test.collector.url}/v1/server`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers,
    });
    expect(sent.status).toBe(202);
    await expect.poll(async () => (await models()).challenger?.kind, PATIENCE).toBe('glassbox');
    await expect.poll(async () => (await models()).training, PATIENCE).toBe(false);

    const after = await models();
    expect(after.serving).not.toBe(first);
    expect(after).toMatchObject({
      champion: { kind: 'boosting', isHeld: false, recalibratedBy: { subscribe: 50, sell: 0 } },
      trained: { text: expect.stringContaining('Trained anew of') },
    });
    const answer = (await score()).scores[0];
    expect(answer.recalibration.outcomes).toBe(50);
    expect(answer.probability).toBeGreaterThan(answer.recalibration.said.any);
    const explained = async () => (await ask('GET', `/v1/decisions/${answer.decisionId}`)).body;
    expect(await explained()).toMatchObject({ reproduced: true, answer: { recalibration: answer.recalibration } });

    const chosen = await ask('PUT', '/v1/models/serving', { version: first });
    expect(chosen).toMatchObject({ status: 200, body: { version: first } });
    await test.collector.close();
    test = await start();
    await test.collector.storePrepared;
    expect(await models()).toMatchObject({ serving: first, champion: { isHeld: true }, trained: after.trained });
    expect(await explained()).toMatchObject({ reproduced: true });
    const audit = await readFile(join(directory, 'audit.jsonl'), 'utf8');
    expect(audit).toContain(`boosting ${after.serving} refit`);
    expect(audit).toContain(`boosting ${first} chosen`);
  });
});
