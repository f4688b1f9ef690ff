import type { RiskFlag } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { flagOf } from '../../../../../test/fixtures/risk-flag.js';
import type { RecentEvent } from '../../store/features/recent-events.js';
import { createPolicyBook, type KeptPolicy } from './policy-book.js';
import { policySchema, USUAL_POLICY, type WrittenPolicy } from './risk-policy.js';
import { createKindsReplay, kindsLeftOut } from './simulate-kinds.js';
import { createLimitReplay, simulatePolicy } from './simulate-policy.js';

const AT = Date.UTC(2026, 0, 5, 10);
const DAY_MS = 86_400_000;
const written = (policy: object): WrittenPolicy => policySchema.parse(policy);
const faultOf = (policy: object) => policySchema.safeParse(policy).error?.issues[0];

describe('a policy', () => {
  it('is as usual in all that it does not say', () => {
    expect(written({})).toEqual({ kinds: {}, reviewAt: Math.log(1e4), denyAt: Math.log(1e6) });
    const full = {
      version: 3,
      kinds: { velocity: { severity: 'high', threshold: 12 }, bot: { off: true } },
      reportingLimit: 50_000,
      reviewAt: 5,
      denyAt: 5,
    };
    expect(written(full)).toEqual(full);
  });

  it.each([
    [{ kinds: { speed: { off: true } } }, 'kinds'],
    [{ kinds: { velocity: { severity: 'grave' } } }, 'kinds.velocity.severity'],
    [{ kinds: { velocity: { threshold: 0 } } }, 'kinds.velocity.threshold'],
    [{ kinds: { velocity: { threshold: 101 } } }, 'kinds.velocity.threshold'],
    [{ kinds: { velocity: { colour: 1 } } }, 'kinds.velocity'],
    [{ reportingLimit: -1 }, 'reportingLimit'],
    [{ reviewAt: 10, denyAt: 9 }, 'denyAt'],
    [{ limit: 5 }, ''],
  ])('%j is refused where it is wrong', (policy, field) => {
    expect(faultOf(policy)?.path.join('.')).toBe(field);
  });
});

describe('the book of policies', () => {
  it('keeps 20 versions of each workspace, gives none twice, and holds what is on disk alone', async () => {
    let saved: readonly KeptPolicy[] = [];
    let isFull = false;
    const book = createPolicyBook({
      kept: [],
      save: async (all) => {
        if (isFull) throw new Error('the disk is full');
        saved = all;
      },
      now: () => AT,
    });
    expect(book.of('shop')).toBe(USUAL_POLICY);
    await Promise.all(
      Array.from({ length: 25 }, (_, i) => book.set('shop', written({ reportingLimit: 1 + i }), 'key')),
    );
    await book.set('another', written({ reviewAt: 1 }), 'key');
    expect(book.versions('shop').map(({ policy }) => policy.version)).toEqual(
      Array.from({ length: 20 }, (_, i) => 25 - i),
    );
    expect(book.of('shop')).toMatchObject({ version: 25, reportingLimit: 25 });
    expect(book.check('shop', written({ version: 24 }))).toMatchObject({ kind: 'conflict' });
    expect(book.check('shop', written({ version: 26 }))).toMatchObject({ kind: 'done', policy: { version: 26 } });
    isFull = true;
    await expect(book.set('shop', written({}), 'key')).rejects.toThrow('full');
    expect(book.of('shop').version).toBe(25);
    const again = createPolicyBook({ kept: saved, save: async () => undefined, now: () => AT });
    expect(again.of('shop')).toEqual(book.of('shop'));
    expect(again.all().map(({ workspaceId, policy }) => [workspaceId, policy.version])).toEqual([
      ['shop', 25],
      ['another', 1],
    ]);
  });
});

describe('a simulated policy', () => {
  const flag = (kind: string, score: number, status: RiskFlag['status']) =>
    flagOf({ kind, score, status, detector: `anomalies/${kind}` });
  const flags = [
    flag('velocity', 10, 'resolved'),
    flag('velocity', 8, 'resolved'),
    flag('velocity', 12, 'false_positive'),
    flag('velocity', 12, 'open'),
    flag('bot', 11.5, 'open'),
    { ...flag('rule', 50, 'resolved'), detector: 'rules/any' },
  ];

  it('says of each kind what it would have told, and what people found of these', () => {
    const policy = written({ kinds: { velocity: { threshold: 9 }, bot: { off: true } } });
    expect(simulatePolicy(flags, policy)).toEqual([
      {
        kind: 'bot',
        flags: 1,
        told: 0,
        labelledTrue: 0,
        labelledFalse: 0,
        unlabelled: 0,
        missedTrue: 0,
        summary: 'would have told 0, of which 0 already labelled true, 0 false positive',
      },
      {
        kind: 'velocity',
        flags: 4,
        told: 3,
        labelledTrue: 1,
        labelledFalse: 1,
        unlabelled: 1,
        missedTrue: 1,
        summary: 'would have told 3, of which 1 already labelled true, 1 false positive',
      },
    ]);
    expect(simulatePolicy(flags, written({})).map(({ kind, told }) => [kind, told])).toEqual([
      ['bot', 1],
      ['velocity', 4],
    ]);
  });

  it('needs more than the stored flags of what it tells and another that held left out', () => {
    const off = written({ kinds: { bot: { off: true } } });
    const high = written({ kinds: { velocity: { threshold: 12 }, bot: { threshold: 12 } } });
    const low = written({ kinds: { velocity: { threshold: 10 }, bot: { threshold: 10 } } });
    const usual = written({});
    expect(kindsLeftOut([], usual)).toEqual([]);
    expect(kindsLeftOut([usual, low], high)).toEqual([]);
    expect(kindsLeftOut([off], off)).toEqual([]);
    expect(kindsLeftOut([off], high)).toEqual(['bot']);
    expect(kindsLeftOut([high], low).toSorted()).toEqual(['bot', 'velocity']);
    expect(kindsLeftOut([usual, off], usual)).toEqual(['bot']);
  });

  it('says of a kind what events do not tell', () => {
    const asked = ['bot', 'data_quality', 'drift', 'funnel_break', 'replayed_stream'] as const;
    const kinds = createKindsReplay('shop', written({}), asked, AT).finish([]);
    expect(kinds).toMatchObject([
      { kind: 'bot', notReplayed: null },
      { kind: 'data_quality', notReplayed: expect.stringContaining('schema, duplicates and refused') },
      { kind: 'drift', notReplayed: expect.stringContaining('calibration_drift and inputs_drift') },
      { kind: 'funnel_break', notReplayed: expect.stringContaining('flat_line') },
      { kind: 'replayed_stream', notReplayed: expect.stringContaining('same_events') },
    ]);
  });

  it('looks for orders below its limit in what was placed, each incident once', () => {
    const replay = createLimitReplay({ ...written({}), reportingLimit: 500 }, AT);
    const order = (userId: string, hour: number, shares: number, phase = 'placed') =>
      replay.add(orderOf(userId, hour, shares, phase));
    for (const hour of [0, 1, 2, 3]) order('a', hour, 100);
    for (const hour of [0, 1, 2]) order('b', hour, 100, 'intent');
    for (const hour of [0, 1, 2]) order('c', hour, 50);
    for (const hour of [-5, -4, -3]) order('d', hour, 100);
    const judged = { ...flag('velocity', 9, 'resolved'), entity: { kind: 'user', id: 'a' } as const };
    expect(replay.finish([{ ...judged, firstAt: AT, lastAt: AT }])).toMatchObject({
      kind: 'structuring',
      told: 1,
      labelledTrue: 1,
      unlabelled: 0,
    });
  });

  it.each([
    [{}, 1],
    [{ off: true }, 0],
    [{ threshold: 99 }, 0],
  ])('would tell of a limit what it wants of the kind: %j', (structuring, told) => {
    const replay = createLimitReplay({ ...written({ kinds: { structuring } }), reportingLimit: 500 }, AT);
    for (const hour of [0, 1, 2]) replay.add(orderOf('a', hour, 100));
    expect(replay.finish([])).toMatchObject({ kind: 'structuring', told });
  });
});

function orderOf(userId: string, hour: number, shares: number, phase = 'placed'): RecentEvent {
  const [occurredAtMs, receivedAtMs] = [AT + hour * 3_600_000, AT + DAY_MS];
  return { userId, phase, shares, price: 4.6, occurredAtMs, receivedAtMs } as RecentEvent; // what is looked at
}
