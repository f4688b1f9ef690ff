import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagPage } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { keysFile, type LocalKeys } from './open-workspaces.js';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
};
const WAIT = { timeout: 60_000, interval: 50 };
async function operatorKey(dataDirectory: string): Promise<string> {
  return (JSON.parse(await readFile(keysFile(dataDirectory), 'utf8')) as LocalKeys).adminKey ?? '';
}
const rule = {
  when: { feature: 'clicks_1h', is: 'atLeast', value: 3 },
  reason: '{clicks_1h} clicks within an hour.',
  weight: 10,
};

describe('rules of a workspace', () => {
  let directory: string;
  let test: TestCollector;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-rules-'));
    test = await startTestCollector(directory);
    await test.collector.storePrepared;
  }, 120_000);
  afterAll(async () => {
    await test.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, body?: unknown, key = test.collector.keys.secretKey) {
    const answer = await fetch(test.collector.url + path, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }
  /** As many clicks of one user, some seconds apart, until now. */
  function click(queue: number, clicks: number, context: object = {}) {
    const events = Array.from({ length: clicks }, (_, n) => {
      const occurredAt = Date.now() - (clicks - n) * (1_000 + 313 * ((n * n) % 7));
      return makeEvent(n + 1, { type: 'click', name: undefined, target: 'buy', occurredAt }, queue);
    });
    const batch = makeBatch({ queue, events, context: { userId: `u${queue}`, ...context } });
    return deliver(test.collector.url, test.collector.keys.writeKey, batch, BROWSER);
  }
  /** Three orders of 460 each. */
  function place(queue: number) {
    const order = {
      type: 'order',
      name: undefined,
      phase: 'placed',
      productId: 'P30',
      side: 'subscribe',
      currency: 'CNY',
    };
    const events = [1, 2, 3].map((n) => {
      const fields = { ...order, orderId: `o${n}`, shares: 100, price: 4.6, occurredAt: Date.now() - n * 60_000 };
      return makeEvent(n, fields, queue);
    });
    const batch = makeBatch({ queue, events, context: { userId: `u${queue}` } });
    return deliver(test.collector.url, test.collector.keys.writeKey, batch, BROWSER);
  }
  const flagsOf = async (entity: string) =>
    ((await ask('GET', `/v1/flags?kind=rule&entity=${entity}`)).body as FlagPage).flags;

  it('are refused with a sentence that says what is wrong and where, and take a secret key', async () => {
    expect((await ask('PUT', '/v1/rules/many_clicks', rule, test.collector.keys.readKey)).status).toBe(403);
    const when = { all: [rule.when, { feature: 'clicks_2h', is: 'above', value: 1 }] };
    expect(await ask('PUT', '/v1/rules/many_clicks', { ...rule, when })).toMatchObject({
      status: 400,
      body: { field: 'when.all[1]', detail: expect.stringContaining('there is no feature "clicks_2h"') },
    });
    expect(await ask('PUT', '/v1/rules/velocity', rule)).toMatchObject({ status: 400, body: { field: 'name' } });
    expect(await ask('PUT', '/v1/rules/many_clicks', { ...rule, colour: 1 })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('colour: not known here') },
    });
    expect((await ask('GET', '/v1/rules')).body.rules).toEqual([]);
  });

  it('raise a flag of the user with the numbers and the reason, once an incident, and not without consent', async () => {
    expect(await ask('PUT', '/v1/rules/many_clicks', rule)).toMatchObject({
      status: 200,
      body: { rule: { ...rule, name: 'many_clicks', version: 1 } },
    });
    await click(1, 2);
    await click(2, 4, { consent: { risk: 'denied' } });
    await click(3, 4);
    await expect.poll(async () => (await flagsOf('user:u3')).length, WAIT).toBe(1);
    expect((await flagsOf('user:u3'))[0]).toMatchObject({
      kind: 'rule',
      severity: 'medium',
      score: 10,
      surface: 'h5',
      detector: 'rules/many_clicks',
      detectorVersion: 1,
      reasons: [{ code: 'many_clicks', text: '4 clicks within an hour.' }],
      evidence: { metrics: [{ metric: 'clicks_1h', observed: 4, expectedLow: 0, expectedHigh: 3 }] },
    });
    expect(await flagsOf('user:u1')).toEqual([]); // two clicks are not three
    expect(await flagsOf('user:u2')).toEqual([]);
    expect((await ask('GET', '/v1/flags?kind=rule')).body.flags).toHaveLength(1); // none of the device besides
    await test.drained();
    const { evidence } = (await flagsOf('user:u3'))[0] as FlagPage['flags'][number];
    expect((await ask('GET', evidence.eventsUrl)).body.events).toHaveLength(4);
  });

  it('are simulated over what is stored, beside what people said, before they are switched on', async () => {
    const [flag] = await flagsOf('user:u3');
    await ask('POST', `/v1/flags/${flag?.flagId}/triage`, { action: 'resolve' });
    const body = { rules: [{ name: 'clicks_of_two', ...rule, when: { ...rule.when, value: 2 } }], days: 2 };
    const simulated = async () => (await ask('POST', '/v1/rules/simulate', body)).body.rules?.[0];
    await expect.poll(async () => (await simulated())?.labelledTrue, WAIT).toBe(1);
    expect(await simulated()).toMatchObject({
      raised: 2, // of u1 and u3; u2 said no
      unlabelled: 1,
      missedTrue: 0,
      summary: 'would have raised 2, of which 1 already labelled true, 0 false positive',
    });
    expect((await ask('GET', '/v1/rules')).body.rules).toHaveLength(1);
    const bad = { ...body, rules: [{ name: 'x', when: 1 }] };
    expect(await ask('POST', '/v1/rules/simulate', bad)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^rules\.0\.weight: /) },
    });
    expect((await ask('POST', '/v1/rules/simulate', { ...body, days: 31 })).status).toBe(400);
  });

  it('decide with the open flags, say why, and what was decided can be reckoned again', async () => {
    const decide = async (body: unknown) => ask('POST', '/v1/decide', body);
    expect((await ask('POST', '/v1/decide', { userId: 'u3' }, test.collector.keys.readKey)).status).toBe(403);
    expect(await decide({})).toMatchObject({ status: 400, body: { detail: expect.stringContaining('userId or by') } });
    expect((await decide({ userId: 'u3', visitorId: 'v' })).status).toBe(400);
    const order = { productId: 'P30', side: 'subscribe', shares: 10, price: 1 };
    const review = await decide({ userId: 'u3', order });
    expect(review).toMatchObject({
      status: 200,
      body: {
        decision: 'review',
        score: 10,
        reasons: [{ code: 'many_clicks', text: '4 clicks within an hour.', nats: 10 }],
      },
    });
    await expect.poll(async () => (await decide({ userId: 'u1' })).body.degraded, WAIT).toBe(false);
    expect((await decide({ userId: 'u1' })).body).toMatchObject({ decision: 'allow', score: 0, reasons: [] });
    expect((await decide({ userId: 'nobody' })).body).toMatchObject({ decision: 'allow' });
    const events = [1, 2, 3, 4, 5].map((n) =>
      makeEvent(
        n,
        { type: 'page_view', name: undefined, title: 'Home', occurredAt: Date.now() - 8 * 3_600_000 + n },
        6,
      ),
    );
    const late = makeBatch({ queue: 66, events });
    const { visitorId } = late.context;
    await deliver(test.collector.url, test.collector.keys.writeKey, late, BROWSER);
    const qualityOf = async () =>
      (await ask('GET', `/v1/flags?kind=data_quality&entity=device:${visitorId}`)).body.flags;
    await expect.poll(async () => (await qualityOf()).length, WAIT).toBe(1);
    expect((await decide({ visitorId })).body).toMatchObject({ decision: 'allow', score: 0, reasons: [] });
    await ask('PUT', '/v1/rules/few_clicks', { ...rule, when: { ...rule.when, value: 2 }, weight: 5 });
    expect((await decide({ userId: 'u3' })).body).toMatchObject({ decision: 'deny', score: 15 });
    await click(5, 4);
    // The flag of a rule that holds says nothing more than the rule.
    await expect.poll(async () => (await flagsOf('user:u5')).length, WAIT).toBe(2);
    expect((await decide({ userId: 'u5' })).body).toMatchObject({ decision: 'deny', score: 15 });
    const explained = async () => ask('GET', `/v1/decisions/${review.body.decisionId}`);
    expect(await explained()).toMatchObject({
      status: 200,
      body: { reproduced: true, asked: { userId: 'u3', order }, answer: review.body },
    });
    await ask('DELETE', '/v1/rules/few_clicks');
    await test.collector.close(); // what waits is written down
    test = await startTestCollector(directory);
    await test.collector.storePrepared;
    expect((await explained()).body).toMatchObject({ reproduced: true, answer: review.body });
  }, 120_000);

  it('are joined by a policy over the built-in kinds, which is simulated, versioned, and holds at once', async () => {
    const { body: before } = await ask('GET', '/v1/policy');
    expect(before).toMatchObject({ policy: { version: 0 }, versions: [] });
    expect(before.kinds).toContainEqual(
      expect.objectContaining({ kind: 'structuring', severity: 'medium', off: false }),
    );
    const unknown = before.kinds.filter((one: { unknown: string | null }) => one.unknown !== null);
    expect(unknown.map((one: { kind: string }) => one.kind)).toEqual(['impossible_travel', 'structuring']);
    expect((await ask('PUT', '/v1/policy', {}, test.collector.keys.readKey)).status).toBe(403);
    expect(await ask('PUT', '/v1/policy', { kinds: { structuring: { severity: 'grave' } } })).toMatchObject({
      status: 400,
      body: { field: 'kinds.structuring.severity' },
    });
    await place(6);
    await test.drained();
    const policy = { kinds: { structuring: { severity: 'high' } }, reportingLimit: 500, reviewAt: 2, denyAt: 6.5 };
    expect((await ask('POST', '/v1/policy/simulate', { policy, days: 1 })).body).toMatchObject({
      limit: { told: 1, summary: 'would have told 1, of which 0 already labelled true, 0 false positive' },
      orders: 3,
      isCut: false,
    });
    const structuring = async (user: number) =>
      ((await ask('GET', `/v1/flags?kind=structuring&entity=user:u${user}`)).body as FlagPage).flags;
    expect((await ask('PUT', '/v1/policy', policy)).body.policy).toEqual({ ...policy, version: 1 });
    await place(7);
    await expect.poll(async () => (await structuring(7)).length, WAIT).toBe(1);
    const [flag] = await structuring(7);
    expect(flag).toMatchObject({ severity: 'high', reasons: [{ code: 'below_limit' }, {}] });
    expect(await structuring(6)).toEqual([]); // there was no limit then
    expect((await ask('POST', '/v1/decide', { userId: 'u7' })).body).toMatchObject({ decision: 'deny' });
    await test.drained();
    expect((await ask('GET', flag?.evidence.eventsUrl ?? '')).body.events).toHaveLength(3);
  }, 120_000);

  it('and a policy that switches a kind on again is simulated over what came while it was off', async () => {
    const { version: _, ...usual } = (await ask('GET', '/v1/policy')).body.policy;
    const flagged = async () => ((await ask('GET', '/v1/flags?kind=bot')).body as FlagPage).flags;
    const simulated = async (kinds: object) =>
      (await ask('POST', '/v1/policy/simulate', { policy: { ...usual, kinds }, days: 1 })).body;
    const off = { bot: { off: true } };
    await ask('PUT', '/v1/policy', { ...usual, kinds: off });
    const events = [makeEvent(1, { type: 'page_view', name: undefined, title: 'Home', occurredAt: Date.now() }, 8)];
    const agent = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' };
    const batch = makeBatch({ queue: 8, events });
    await deliver(test.collector.url, test.collector.keys.writeKey, batch, agent);
    await test.drained();
    const once = { kind: 'bot', told: 1, stored: 0, unlabelled: 1 };
    await expect.poll(async () => (await simulated({})).replay?.kinds, WAIT).toMatchObject([once]);
    expect((await simulated({})).replay).toMatchObject({ complete: true, untilMs: expect.any(Number) });
    expect((await simulated({ bot: { threshold: 50 } })).replay.kinds).toMatchObject([
      { ...once, told: 0, unlabelled: 0 },
    ]);
    expect((await simulated(off)).replay).toBeNull();
    expect(await flagged()).toEqual([]);
    expect((await simulated(off)).kinds.map(({ kind }: { kind: string }) => kind)).not.toContain('bot');
  });

  it('are versions that outlive a restart and a removal, each in the audit log', { timeout: 120_000 }, async () => {
    expect(await ask('PUT', '/v1/rules/many_clicks', { ...rule, version: 3 })).toMatchObject({ status: 409 });
    expect((await ask('PUT', '/v1/rules/many_clicks', { ...rule, weight: 14 })).body.rule.version).toBe(2);
    await test.collector.close();
    test = await startTestCollector(directory);
    await test.collector.storePrepared;
    expect((await ask('GET', '/v1/rules')).body.rules).toMatchObject([{ name: 'many_clicks', version: 2, weight: 14 }]);
    expect((await ask('GET', '/v1/policy')).body).toMatchObject({
      policy: { version: 2, reportingLimit: 500 },
      versions: [
        { policy: { version: 2 } },
        { policy: { version: 1 }, changedBy: expect.stringMatching(/^[0-9a-f]{16}$/) },
      ],
    });
    expect((await ask('DELETE', '/v1/rules/many_clicks')).status).toBe(200);
    expect((await ask('DELETE', '/v1/rules/many_clicks')).status).toBe(404);
    expect((await ask('GET', '/v1/rules/many_clicks')).body).toMatchObject({
      rule: null,
      versions: [{ isRemoved: true }, { rule: { version: 2 } }, { rule: { version: 1, weight: 10 } }],
    });
    const { entries } = (await ask('GET', '/v1/admin/audit', undefined, await operatorKey(directory))).body as {
      entries: { action: string; subject: string }[];
    };
    const own = entries
      .filter(({ action }) => action.startsWith('rule.'))
      .map(({ action, subject }) => [action, subject]);
    expect(entries).toContainEqual(expect.objectContaining({ action: 'policy.set', subject: 'version 1' }));
    expect(own.reverse().filter(([, subject]) => subject?.startsWith('many_clicks'))).toEqual([
      ['rule.set', 'many_clicks version 1'],
      ['rule.set', 'many_clicks version 2'],
      ['rule.remove', 'many_clicks'],
    ]);
  });
});
