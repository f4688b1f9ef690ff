import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActLogWriter, NOTHING_DONE } from '@tidemark/analytics/scores';
import type { OrderDecision } from '@tidemark/protocol';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { marketEvents } from '../../../../test/fixtures/market-events.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { createRegistry } from '../workspaces/registry.js';
import { createDecisionLog } from './decision-log.js';
import { registerDecisionRoutes } from './decision-routes.js';
import { createModelShelf, type ModelShelf } from './model-shelf.js';
import { createOrderDesks } from './order-desks.js';
import { createRollingModels } from './rolling/roll-models.js';
import { openServingBook, type ServingBook } from './rolling/serving-book.js';
import { judgeOutcomes, trainOrders } from './train-worker.js';

// A model is trained here, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const order = { userId: 'u-000003', productId: 'P30', side: 'subscribe', shares: 1_000, price: 1.02, reference: 1.02 };

const registry = createRegistry({ workspaces: [], keys: [] }, () => 1_000);
const { secretKey, readKey, writeKey } = registry.createWorkspace('w', 'W');

describe('decisions', () => {
  const app = fastify();
  let directory = '';
  let shelf: ModelShelf;
  let book: ServingBook;
  let knownUntilMs = 0;
  const warnings: unknown[] = [];
  const logger = { warn: (...said: unknown[]) => void warnings.push(said) };
  const written: DecisionRow[] = [];
  const noted: string[] = [];
  const audited: string[] = [];
  const listed: OrderDecision[] = [];
  const log = createDecisionLog({
    write: async (rows) => void written.push(...rows),
    storeReady: () => true,
    logger,
    countLost: () => undefined,
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-shelf-'));
    shelf = createModelShelf(directory, logger);
    book = await openServingBook(directory, shelf, logger);
    const events = marketEvents();
    knownUntilMs = events.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), 0);
    const hours = { sessionMs: 19_800_000, untilCutOffMs: () => 7_200_000, weekday: () => 3 };
    const desks = createOrderDesks({
      hours,
      readEvents: async () => [],
      readDeeds: async () => ({ placed: 3, ended: 3, succeeded: 2, cancelled: 0, settled: 2, reputation: 0.7 }),
      storeReady: () => true,
      drained: async () => undefined,
      logger,
      now: () => knownUntilMs,
    });
    let seed = 0;
    const acts = createActLogWriter().finish(Number.NEGATIVE_INFINITY);
    const rolling = createRollingModels({
      book,
      shelf,
      trainer: {
        train: async (task) => trainOrders({ ...task, seed: ++seed }),
        judge: async (task) => judgeOutcomes(task),
        close: async () => undefined,
      },
      readOutcomes: async () => [],
      readOrders: async () => ({ events, acts, knownUntilMs }),
      refitEvery: 0,
      challenger: 'none',
      note: async ({ keyId }, action, _, subject) => void audited.push(`${keyId} ${action} ${subject}`),
      raise: async () => undefined,
      storeReady: () => true,
      logger,
      now: () => knownUntilMs,
    });
    registerDecisionRoutes(app, {
      registry,
      shelf,
      book,
      rolling,
      refitEvery: 500,
      actorOf: (_, { keyId }) => ({ keyId, addressPrefix: '' }),
      desks,
      readRecent: () => ({ columns: { ...NOTHING_DONE, events_10m: 7 }, isWhole: true }),
      hours,
      storedId: (_, userId) => `stored ${userId}`,
      note: async (_, { keyId }, decisionId) => void noted.push(`${keyId} ${decisionId}`),
      onDecided: log.add,
      findDecision: async (workspaceId, id) =>
        log.find(workspaceId, id) ?? written.find(({ decisionId }) => decisionId === id),
      placedOrders: async () => listed,
      recentDecisions: async () => {
        await log.flush();
        return written;
      },
      now: () => knownUntilMs,
    });
    await app.ready();
    desks.look('w', 'stored u-000003');
    await desks.settled();
  });
  afterAll(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  async function ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: object, key = secretKey) {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}` },
      ...(body && { payload: body }),
    });
    return { status: answer.statusCode, text: answer.body, json: () => JSON.parse(answer.body) };
  }

  it('need a model, and say so', async () => {
    expect((await ask('POST', '/v1/score', order)).text).toContain('No model was trained yet');
    expect((await ask('GET', '/v1/models', undefined, writeKey)).text).toContain('may not do this');
    expect((await ask('GET', '/v1/models')).json()).toMatchObject({
      ...{ serving: null, champion: null, challenger: null, judged: null },
      ...{ versions: [], training: false },
    });
  });

  it('are answered with intervals and sentences, and reckoned again from what was written down', async () => {
    expect((await ask('POST', '/v1/models')).status).toBe(201);
    const poor = { ...order, price: 1.01 };
    await ask('POST', '/v1/score', order);
    await new Promise((resolve) => setImmediate(resolve));
    const { scores } = (await ask('POST', '/v1/score', { orders: [order, poor, { ...order, userId: 'new' }] })).json();
    expect(scores.map(({ degraded }: { degraded: boolean }) => degraded)).toEqual([false, false, true]);
    // Whom nobody knows is taken for the average of who is known: here of one.
    const facts = async (at: number) => (await ask('GET', `/v1/decisions/${scores[at].decisionId}`)).json().facts;
    expect(await facts(2)).toMatchObject({ trades_settled: 2, orders_placed: 3, reputation: 0.7 });
    expect((await facts(2)).uncertain).toEqual(expect.arrayContaining(['orders_placed', 'own_success']));
    expect(await facts(0)).not.toHaveProperty('uncertain');
    expect(scores[2].reasons.join(' ')).not.toMatch(/The customer (has|cancels)|the customer's earlier orders/);
    expect((await ask('GET', `/v1/decisions/${scores[2].decisionId}`)).json().reproduced).toBe(true);
    expect(scores[1].probability).toBeLessThan(scores[0].probability);
    expect(scores[1].reasons.join(' ')).toContain('below the market price');
    await log.flush();
    const explained = (await ask('GET', `/v1/decisions/${scores[1].decisionId}`)).json();
    const stored = { userId: 'stored u-000003' };
    expect(explained).toMatchObject({
      reproduced: true,
      answer: { ...scores[1], ...stored },
      asked: { ...poor, ...stored },
    });
    const row = written.find(({ decisionId }) => decisionId === scores[1].decisionId) as DecisionRow;
    written.splice(0, written.length, { ...row, facts: row.facts.replace('"amount":1010', '"amount":1000010') });
    expect((await ask('GET', `/v1/decisions/${row.decisionId}`)).json().reproduced).toBe(false);
    expect((await ask('GET', '/v1/decisions/other')).text).toContain('No decision of this id');
  });

  it('look one trade day ahead: what selling then or holding comes to, from the very scores of both sides', async () => {
    const { side: _, ...subscription } = order;
    const plan = { ...subscription, exitPrice: 1.05, holdPrice: 1 };
    const trip = (await ask('POST', '/v1/round-trip', plan)).json();
    const [score] = (await ask('POST', '/v1/score', order)).json().scores;
    expect(trip).toMatchObject({ degraded: false, better: 'sell_next_day' });
    expect(trip.subscription).toMatchObject({ probability: score.probability, reasons: score.reasons });
    expect(trip.probability).toBeCloseTo(trip.subscription.probability * trip.sale.probability, 12);
    const { soldShares, heldShares } = trip.sellNextDay;
    expect(soldShares + heldShares + trip.leftByPartialFill).toBeCloseTo(order.shares, 9);
    expect(trip.hold.profit).toBeCloseTo((order.shares - trip.leftByPartialFill) * (1 - order.price), 9);
    expect((await ask('POST', '/v1/round-trip', { ...plan, holdPrice: 1.2 })).json().better).toBe('hold');
    expect((await ask('POST', '/v1/round-trip', { ...plan, userId: 'unheard of' })).json()).toMatchObject({
      degraded: true,
    });
    expect((await ask('POST', '/v1/round-trip', subscription)).text).toContain('exitPrice');
  });

  it('tell of a customer who asks for nothing, of all at first, and of this one when asked again', async () => {
    const score = async (body: object) => (await ask('POST', '/v1/score', body)).json().scores;
    const [first] = await score({ userId: 'somebody' });
    expect(first).toMatchObject({ userId: 'somebody', degraded: true, reasons: [] });
    expect(first.side).toBeUndefined();
    expect(first.degradedReason).toContain('Ask again');
    await new Promise((resolve) => setImmediate(resolve));
    const [second, low] = await score({ customers: [{ userId: 'somebody' }, { userId: 'somebody', reputation: 0 }] });
    expect(second).toMatchObject({ degraded: false, degradedReason: null });
    expect(second.points).not.toBe(first.points);
    expect(low.points).toBeLessThanOrEqual(second.points);
    expect(second.low <= second.probability && second.probability <= second.high).toBe(true);
    expect(second.band).toBeUndefined();
    for (const { decisionId } of [first, second]) {
      expect((await ask('GET', `/v1/decisions/${decisionId}`)).json().reproduced).toBe(true);
    }
  });

  it('give points and a band for the credit link, to servers alone, each in the audit log before it is told', async () => {
    const refused = await ask('POST', '/v1/scorecard', { userId: 'somebody' }, readKey);
    expect(refused.text).toContain('may not do this');
    expect(noted).toEqual([]);
    const card = (await ask('POST', '/v1/scorecard', { userId: 'somebody' })).json();
    expect(card).toMatchObject({
      userId: 'somebody',
      degraded: false,
      band: expect.stringMatching(/^[A-E]$/),
      decision: expect.stringMatching(/^(accept|refer|decline)$/),
      model: { version: book.serving('w')?.version },
    });
    expect(noted).toEqual([expect.stringMatching(new RegExp(` ${card.decisionId}$`))]);
    expect((await ask('POST', '/v1/scorecard', { userId: 'stranger' })).json()).toMatchObject({
      degraded: true,
      decision: 'refer',
    });
    await log.flush();
    expect((await ask('GET', `/v1/decisions/${card.decisionId}`)).json()).toMatchObject({
      reproduced: true,
      asked: { userId: 'stored somebody' },
    });
    const row = written.find(({ decisionId }) => decisionId === card.decisionId) as DecisionRow;
    written.splice(0, written.length, { ...row, facts: row.facts.replace(/"own_success":[^,]+/, '"own_success":0') });
    expect((await ask('GET', `/v1/decisions/${row.decisionId}`)).json().reproduced).toBe(false);
    expect((await ask('POST', '/v1/scorecard', { userId: 'somebody', side: 'sell' })).text).toContain(
      'side: not known',
    );
  });

  it('of placed orders are listed to readers', async () => {
    expect((await ask('GET', '/v1/decisions', undefined, readKey)).json()).toEqual({ decisions: [] });
    const answer = { probability: 0.5 } as OrderDecision['answer']; // what counts of it
    const asked = { ...order, orderId: 'o' } as OrderDecision['asked']; // as it is
    listed.push({ decisionId: 'd', decidedAt: 1, modelVersion: 'v', asked, answer });
    expect((await ask('GET', '/v1/decisions', undefined, readKey)).json()).toEqual({ decisions: listed });
    expect((await ask('GET', '/v1/decisions', undefined, writeKey)).text).toContain('may not do this');
  });

  it('name the field of a question that cannot be read', async () => {
    expect((await ask('POST', '/v1/score', { ...order, side: 'steal' })).text).toContain('side: ');
    expect((await ask('POST', '/v1/score', { orders: [] })).text).toContain('orders: ');
    expect((await ask('POST', '/v1/score', { orders: Array(1_001).fill(order) })).text).toContain('orders: ');
  });

  it('come from the last good model when the newest is damaged, and no foreign one is taken', async () => {
    const first = book.serving('w')?.version;
    const second = (await ask('POST', '/v1/models')).json().version;
    expect(await shelf.versions('w')).toEqual([second, first]);
    expect((await ask('GET', '/v1/models/serving')).json().sides.sell.any).toMatchObject({
      kind: 'boosting',
      target: 'any_fill',
    });
    const page = (await ask('GET', `/v1/models/${first}.html`)).text;
    for (const part of ['Calibration', 'Shapes', 'Stability', 'price_edge', 'Bands']) expect(page).toContain(part);
    expect(page).not.toContain('NaN');
    expect((await ask('PUT', '/v1/models/serving', { version: first }, readKey)).text).toContain('may not do this');
    expect((await ask('PUT', '/v1/models/serving', { version: 'first' })).text).toContain('16 digits');
    expect((await ask('PUT', '/v1/models/serving', { version: '0123456789abcdef' })).text).toContain('no such model');
    expect((await ask('PUT', '/v1/models/serving', { version: first })).json()).toEqual({
      version: first,
      kind: 'boosting',
    });
    expect((await ask('GET', '/v1/models')).json()).toMatchObject({ serving: first, champion: { isHeld: true } });
    expect(audited.at(-1)).toMatch(new RegExp(`model.serve boosting ${first} chosen$`));
    await ask('PUT', '/v1/models/serving', { version: second });
    await expect(shelf.keep('w', '{"model":{}}')).rejects.toThrow('no model of the success of orders');
    expect(book.serving('w')?.version).toBe(second);
    const files = (await readdir(join(directory, 'w'))).filter((name) => /^\d/.test(name));
    const newest = join(directory, 'w', files.sort().at(-1) ?? '');
    await writeFile(newest, (await readFile(newest, 'utf8')).replace('"seed":2', '"seed":3'));
    const reopened = await openServingBook(directory, createModelShelf(directory, logger), logger);
    expect(reopened.serving('w')?.version).toBe(first);
    expect(JSON.stringify(warnings)).toContain('cannot be read');
  });
});
