import type { RiskRule, RuleCondition } from '@tidemark/analytics/anomalies';
import { NOTHING_DONE, type OrderColumns, type OrderScore } from '@tidemark/analytics/scores';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { USUAL_POLICY } from '../pipeline/rules/risk-policy.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { createRegistry } from '../workspaces/registry.js';
import { registerDecideRoute } from './decide-route.js';
import type { DecisionRecord } from './decision-record.js';
import { explainDecision } from './explain-decision.js';
import { createOrderDesks } from './order-desks.js';
import type { ServingModel } from './rolling/serving-book.js';
import { createSeeSuccess } from './see-success.js';

const NOW = 1_000_000_000;
const order = { productId: 'P30', side: 'subscribe', shares: 1_000, price: 1, reference: 1, reputation: 0.5 };
const fails: RuleCondition = { feature: 'success_probability', is: 'below', value: 0.2 };
const clicks: RuleCondition = { feature: 'clicks_1h', is: 'atLeast', value: 3 };
const ruleOf = (when: RuleCondition): RiskRule => ({
  ...{ name: 'will_fail', version: 1, weight: 10, when },
  reason: 'It succeeds with {success_probability}.',
});
const apps: { close(): Promise<unknown> }[] = [];

/** The larger the order, the likelier: one of 10,000 is certain. */
function modelOfAmounts(): ServingModel {
  const score = (_side: string, { amount }: OrderColumns): OrderScore => {
    const probability = Math.min(1, amount / 10_000);
    const range = { probability, low: probability, high: probability };
    const outcomes = { positive: true, negative: true };
    return { any: range, full: range, fillRatio: probability, byHours: [], outcomes, points: 500, reasons: [] };
  };
  const recalibration = { subscribe: null, sell: null };
  return { version: 'v1', scorer: { score, customer: 'none' }, recalibration } as unknown as ServingModel; // what counts of it
}

function setUp(when: RuleCondition, { serving = true, isWhole = true, isKnown = true } = {}) {
  const rows: DecisionRow[] = [];
  const scored: DecisionRecord[] = [];
  const registry = createRegistry({ workspaces: [], keys: [] }, () => NOW);
  const { secretKey } = registry.createWorkspace('w', 'W');
  const model = modelOfAmounts();
  const desks = createOrderDesks({
    hours: { sessionMs: 1, untilCutOffMs: () => 3_600_000, weekday: () => 1 },
    readEvents: async () => [],
    readDeeds: async () => ({ placed: 7, ended: 6, succeeded: 5, cancelled: 1, settled: 4, reputation: 0.8 }),
    storeReady: () => true,
    drained: async () => undefined,
    logger: { warn: () => undefined },
    now: () => NOW,
  });
  const app = fastify();
  apps.push(app);
  registerDecideRoute(app, {
    registry,
    rulesOf: () => [ruleOf(when)],
    policyOf: () => USUAL_POLICY,
    featuresOf: () =>
      isKnown
        ? {
            asOfMs: NOW,
            features: new Map([['clicks_1h', { measure: { kind: 'measured', value: 4 }, sinceMs: 0, exact: true }]]),
            lateEvents: 0,
          }
        : undefined,
    openFlags: () => [],
    formsOf: (_, id) => [id],
    storedId: (_, userId) => `stored ${userId}`,
    seeSuccess: createSeeSuccess({
      book: { serving: () => (serving ? model : undefined) },
      desks,
      readRecent: () => ({ columns: NOTHING_DONE, isWhole }),
      storedId: (_, userId) => `stored ${userId}`,
      onDecided: (records) => void scored.push(...records),
    }),
    keep: (row) => void rows.push(row),
    storeReady: () => true,
    newId: () => `d${rows.length}`,
    now: () => NOW,
  });
  async function decide(body: object) {
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/decide',
      headers: { authorization: `Bearer ${secretKey}` },
      payload: body,
    });
    return JSON.parse(answer.body);
  }
  /** Asked twice: the market is read behind the first question, then the customer. */
  async function warmUp() {
    for (let i = 0; i < 2; i++) {
      desks.look('w', 'stored u');
      await desks.settled();
    }
  }
  return { decide, warmUp, rows, scored };
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe('a decision of somebody of whom nothing is known', () => {
  it('is kept under their id as it is stored, and never as it was asked', async () => {
    const { decide, rows } = setUp(clicks, { isKnown: false });
    await decide({ userId: 'u' });
    expect(rows[0]).toMatchObject({ userId: 'stored u', asked: '{"userId":"stored u"}' });
  });
});

describe('a rule that names the probability of an order', () => {
  it('holds where the model that serves says so, and what it said is kept with model and version', async () => {
    const { decide, warmUp, rows, scored } = setUp(fails);
    await warmUp();
    const poor = await decide({ userId: 'u', order });
    const [said] = scored;
    const score = { name: 'success_probability', kind: 'known', value: 0.1, modelVersion: 'v1' };
    expect(poor).toMatchObject({
      ...{ decision: 'review', score: 10, degraded: false },
      reasons: [{ code: 'will_fail', text: 'It succeeds with 0.1.' }],
      scores: [{ ...score, decisionId: said?.decisionId }],
    });
    expect(said).toMatchObject({
      modelVersion: 'v1',
      asked: { ...order, userId: 'stored u' },
      columns: { amount: 1_000 },
    });
    const explained = explainDecision(rows[0] as DecisionRow, undefined);
    expect(explained).toMatchObject({
      reproduced: true,
      asked: { userId: 'u', order },
      facts: { features: { success_probability: 0.1 }, scores: poor.scores },
    });
    expect(await decide({ userId: 'u', order: { ...order, shares: 9_000 } })).toMatchObject({
      ...{ decision: 'allow', reasons: [], degraded: false },
      scores: [{ kind: 'known', value: 0.9 }],
    });
  });

  it.each([
    ['no order', {}, { userId: 'u' }, 'No order', false],
    ['a visitor', {}, { visitorId: 'v', order }, 'visitor', false],
    ['no model', { serving: false }, { userId: 'u', order }, 'No model serves', true],
    ['a customer who is not in memory', {}, { userId: 'new', order }, 'not in memory', true],
  ])('neither holds nor fails by it where there is %s, and says why', async (_, options, body, reason, degraded) => {
    for (const [when, decision] of [
      [fails, 'allow'],
      [{ not: fails }, 'allow'],
      [{ any: [fails, clicks] }, 'review'],
    ] as const) {
      const { decide, warmUp, rows, scored } = setUp(when, options);
      await warmUp();
      const answer = await decide(body);
      const scores = [{ name: 'success_probability', kind: 'unknown', reason: expect.stringContaining(reason) }];
      expect(answer).toMatchObject({ decision, scores, degraded });
      expect(answer.degradedReason).toEqual(degraded ? answer.scores[0].reason : null);
      expect(scored).toEqual([]);
      expect(explainDecision(rows[0] as DecisionRow, undefined)).toMatchObject({ reproduced: true, facts: { scores } });
    }
  });

  it('is judged by what is known of the last hours, and the answer says what that lacks', async () => {
    const { decide, warmUp } = setUp(fails, { isWhole: false });
    await warmUp();
    expect(await decide({ userId: 'u', order })).toMatchObject({
      ...{ decision: 'review', degraded: true, degradedReason: expect.stringContaining('last 24 hours') },
      scores: [{ kind: 'known' }],
    });
  });
});

describe('rules that name none', () => {
  it('ask no model, and decisions of before there were scores are reckoned again', async () => {
    const { decide, warmUp, rows, scored } = setUp(clicks);
    await warmUp();
    expect(await decide({ userId: 'u', order })).toMatchObject({ decision: 'review', scores: [] });
    expect(scored).toEqual([]);
    const [row] = rows as [DecisionRow];
    const without = (json: string) => JSON.stringify({ ...JSON.parse(json), scores: undefined });
    const before = { ...row, facts: without(row.facts), answer: without(row.answer) };
    expect(explainDecision(before, undefined).reproduced).toBe(true);
  });
});
