import { parseRiskRule, type RiskRule } from '@tidemark/analytics/anomalies';
import { describe, expect, it } from 'vitest';
import type { LiveReading } from '../live-features.js';
import { judgeRules, ruleFlag } from './judge-rules.js';
import { createRuleBook, type KeptRule, RULE_FEATURES } from './rule-book.js';
import { RULE_SCORES } from './rule-scores.js';
import { createHistoryReplay } from './simulate-rules.js';
import { createWatchRules } from './watch-rules.js';

const AT = Date.UTC(2026, 0, 5, 10);
const when = { feature: 'clicks_1h', is: 'above', value: 2 } as const;
const draft = { when, reason: '{clicks_1h} clicks.', weight: 5 };
const rule = (change: Partial<RiskRule> = {}): RiskRule => {
  const outcome = parseRiskRule(
    { name: 'clicks', version: 1, ...draft, ...change },
    new Set([...RULE_FEATURES, ...RULE_SCORES]),
  );
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.fault));
  return outcome.rule;
};
const readings = (clicks: number, exact: boolean): LiveReading['features'] =>
  new Map([['clicks_1h', { measure: { kind: 'measured', value: clicks }, sinceMs: AT - 3_600_000, exact }]]);
function open(
  kept: readonly KeptRule[] = [],
  save: (all: readonly KeptRule[]) => Promise<void> = async () => undefined,
) {
  return createRuleBook({ kept, save, now: () => AT });
}

describe('a lower bound', () => {
  it('is enough for a rule that asks for much, and for no other', () => {
    const few = rule({ when: { feature: 'clicks_1h', is: 'below', value: 9 } });
    const both = rule({ when: { all: [when, { not: { feature: 'clicks_1h', is: 'above', value: 9 } }] } });
    for (const exact of [true, false]) {
      expect(judgeRules([rule()], readings(3, exact))).toHaveLength(1);
      expect(judgeRules([few], readings(3, exact))).toHaveLength(exact ? 1 : 0);
      expect(judgeRules([both], readings(3, exact))).toHaveLength(exact ? 1 : 0);
    }
    expect(judgeRules([rule()], new Map())).toEqual([]);
  });

  it('is enough beside a score, which is no count, whichever way that is asked for', () => {
    const unlikely = { feature: 'success_probability', is: 'below', value: 0.2 } as const;
    const rules = [unlikely, { not: { ...unlikely, is: 'atLeast' } } as const].map((one) =>
      rule({ when: { all: [when, one] } }),
    );
    const scored = (value: number): LiveReading['features'] =>
      new Map([
        ...readings(3, false),
        ['success_probability', { measure: { kind: 'measured', value }, sinceMs: AT, exact: true }],
      ]);
    expect(judgeRules(rules, scored(0.1))).toHaveLength(2);
    expect(judgeRules(rules, scored(0.3))).toEqual([]);
    expect(judgeRules(rules, readings(3, false))).toEqual([]); // it is unknown
  });
});

describe('the flag of a rule', () => {
  it('is the same one for a day, and another for another rule', () => {
    const [hit] = judgeRules([rule()], readings(3, true));
    const [other] = judgeRules([rule({ name: 'others' })], readings(3, true));
    if (!hit || !other) throw new Error('three clicks are above two');
    const flag = ruleFlag(hit, 'user', 'a', AT);
    expect(flag).toMatchObject({ severity: 'low', firstMs: AT - 3_600_000, reasons: [{ text: '3 clicks.' }] });
    expect(ruleFlag(hit, 'user', 'a', AT + 3_600_000).dedupeKey).toBe(flag.dedupeKey);
    expect(ruleFlag(hit, 'user', 'a', AT + 86_400_000).dedupeKey).not.toBe(flag.dedupeKey);
    expect(ruleFlag(other, 'user', 'a', AT).dedupeKey).not.toBe(flag.dedupeKey);
  });
});

describe('the book of rules', () => {
  it('keeps 20 versions of each, and gives none twice when two ask at once', async () => {
    let saved: readonly KeptRule[] = [];
    const book = open([], async (all) => {
      saved = all;
    });
    await Promise.all(
      Array.from({ length: 25 }, (_, i) => book.set('shop', 'clicks', { ...draft, weight: 1 + i / 2 }, 'k')),
    );
    expect(book.of('shop')).toMatchObject([{ version: 25, weight: 13 }]);
    expect(book.versions('shop', 'clicks').map(({ rule: { version } }) => version)).toEqual(
      Array.from({ length: 20 }, (_, i) => 25 - i),
    );
    expect(open(JSON.parse(JSON.stringify(saved))).of('shop')).toEqual(book.of('shop'));
    expect(book.of('another')).toEqual([]);
  });

  it('takes a rule over a score by its name, and over none that there is not', async () => {
    const over = (feature: string) => ({ ...draft, when: { feature, is: 'below', value: 0.2 } });
    expect(await open().set('shop', 'unlikely', over('success_probability'), 'k')).toMatchObject({ kind: 'done' });
    expect(await open().set('shop', 'unlikely', over('failure_probability'), 'k')).toMatchObject({ kind: 'refused' });
  });

  it('is as it was when the disk refuses, and has room for 50', async () => {
    const failing = open([], () => Promise.reject(new Error('disk')));
    await expect(failing.set('shop', 'clicks', draft, 'k')).rejects.toThrow('disk');
    expect(failing.of('shop')).toEqual([]);
    const book = open();
    for (let i = 0; i < 50; i++) expect(await book.set('shop', `r${i}`, draft, 'k')).toMatchObject({ kind: 'done' });
    expect(await book.set('shop', 'r50', draft, 'k')).toMatchObject({ kind: 'conflict' });
    expect(await book.set('shop', 'r1', draft, 'k')).toMatchObject({ kind: 'done', rule: { version: 2 } });
    await book.remove('shop', 'r2', 'k');
    expect(await book.set('shop', 'r50', draft, 'k')).toMatchObject({ kind: 'done' });
  });
});

describe('the watch', () => {
  it('tells a rule that goes on holding once a minute, of the user before the device, and nothing of history', () => {
    let nowMs = AT;
    const told: string[] = [];
    const watch = createWatchRules({
      rules: { of: () => [rule()] },
      raise: (found) => told.push(...found.map(({ flag }) => `${flag.entityKind}:${flag.entityId}`)),
      now: () => nowMs,
    });
    const live = { get: () => ({ asOfMs: nowMs, features: readings(3, true), lateEvents: 0 }) };
    const event = {
      type: 'custom',
      name: 'x',
      eventId: '01890000-0000-7000-8000-000000000001',
      seq: 1,
      occurredAt: AT,
    };
    const look = (userId: string, more: object = {}) =>
      watch.look(
        {
          batch: { workspaceId: 'shop', context: { visitorId: 'V', userId }, receivedAt: AT, ipPrefix: '', ...more },
          rows: [{ event }],
        } as unknown as Parameters<typeof watch.look>[0], // as much as is read of it
        live,
      );
    look('u', { historical: true });
    expect(told).toEqual([]);
    look('u');
    look('u');
    look('');
    expect(told).toEqual(['user:u', 'device:v']);
    nowMs += 60_000;
    look('u');
    expect(told).toHaveLength(3);
    watch.forget('shop', ['u']);
    look('u');
    expect(told).toHaveLength(4);
  });
});

describe('a replay of history', () => {
  it('counts an entity once a day, with what was said of its flags, and only what is in the span', () => {
    const replay = createHistoryReplay([rule()], AT);
    const click = (user: string, atMs: number, n: number) =>
      replay.add(
        { visitor: `d-${user}`, user, device: '' },
        {
          ...{ eventId: `${user}${n}`, type: 'click', occurredAtMs: atMs, receivedAtMs: atMs, seq: n, queueId: '' },
          ...{ sessionId: '', userId: user, ipPrefix: '', orderId: '', phase: '', shares: 0, price: 0, currency: '' },
        },
      );
    for (let i = 0; i < 5; i++) click('early', AT - 7_200_000 + i, i); // before the span
    for (let i = 0; i < 6; i++) click('often', AT + i * 1_000, i);
    for (let i = 0; i < 3; i++) click('false', AT + 10_000 + i * 1_000, i);
    click('seldom', AT + 20_000, 0);
    const judged = (id: string, status: string) =>
      ({ entity: { kind: 'user', id }, status, firstAt: AT, lastAt: AT + 1 }) as unknown as Parameters<
        typeof replay.finish
      >[0][number]; // as much as is read of it
    const { rules } = replay.finish([
      judged('often', 'false_positive'),
      judged('often', 'resolved'),
      judged('false', 'false_positive'),
      judged('seldom', 'resolved'),
    ]);
    expect(rules).toMatchObject([
      { name: 'clicks', moments: 3, raised: 2, labelledTrue: 1, labelledFalse: 1, unlabelled: 0, missedTrue: 1 },
    ]);
  });
});
