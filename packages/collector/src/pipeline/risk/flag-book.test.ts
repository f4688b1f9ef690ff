import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import { describe, expect, it } from 'vitest';
import { USUAL_POLICY } from '../rules/risk-policy.js';
import { createFlagBook, type FlagBook } from './flag-book.js';
import type { FoundFlag } from './run-detectors.js';

const AT = Date.UTC(2026, 0, 5, 10);
const COLLECTOR = '01890000-0000-7000-8000-000000000001';

let ordinal = 0;
function found(entityId: string, change: Partial<CandidateFlag> = {}, atMs = AT): FoundFlag {
  ordinal++;
  return {
    ordinal,
    workspaceId: 'shop',
    eventId: `01890000-0000-7000-8000-${String(ordinal).padStart(12, '0')}`,
    surface: 'h5',
    receivedAtMs: atMs,
    flag: {
      kind: 'velocity',
      entityKind: 'user',
      entityId,
      firstMs: atMs,
      lastMs: atMs,
      dedupeKey: `velocity|user:${entityId}|1`,
      severity: 'low',
      surprise: 5,
      evidence: [],
      reasons: [{ code: 'many', text: 'many' }],
      detector: 'anomalies/velocity',
      version: 1,
      ...change,
    },
  };
}
const open = (): FlagBook => createFlagBook({ collectorId: COLLECTOR, now: () => AT });
const take = (book: FlagBook, ...candidates: readonly FoundFlag[]) => book.take('life', candidates);

describe('the book of flags', () => {
  it('raises an incident once and counts it up, with the first and the latest events as evidence', () => {
    const book = open();
    expect(take(book, found('a')).map(({ isNews }) => isNews)).toEqual([true]);
    let last: ReturnType<typeof take> = [];
    for (let n = 0; n < 30; n++) last = take(book, found('a', { lastMs: AT + n }));
    expect(last).toHaveLength(1);
    expect(last[0]?.isNews).toBe(false);
    expect(last[0]?.row.flag).toMatchObject({ count: 31, firstAt: AT, lastAt: AT + 29 });
    expect(last[0]?.row.flag.evidence.eventIds).toHaveLength(20);
    expect(take(book, found('a', { surprise: 20, severity: 'high' }))[0]).toMatchObject({
      isNews: true,
      row: { flag: { severity: 'high', score: 20 } },
    });
  });

  it('tells all that was found out of an incident, by its gravest moment first, and its rate once', () => {
    const book = open();
    const fault = (code: string, surprise: number, rate: string) => {
      const metric = { metric: code, observed: surprise, expectedLow: 0, expectedHigh: 1, baselineSpanMs: 0, n: 1 };
      const reasons = [code, `false_positive_rate${rate}`].map((one) => ({ code: one, text: `${one} ${surprise}` }));
      return found('phone', { surprise, reasons, evidence: [metric] });
    };
    const all = [fault('schema', 9, '_unknown'), fault('late', 8, ''), fault('skew', 10, ''), fault('late', 12, '')];
    const told = take(book, ...all)[0]?.row.flag;
    expect(told?.reasons.map(({ text }) => text)).toEqual(['late 12', 'skew 10', 'schema 9', 'false_positive_rate 12']);
    expect(told?.evidence.metrics.map(({ observed }) => observed)).toEqual([12, 10, 9]);
  });

  it('treats what was found beside the log like the rest: by its policy, with its rate, less after a false positive', () => {
    let off = true;
    const kinds = () => ({ ...USUAL_POLICY, kinds: { drift: { off, severity: 'high' } } }) as const;
    const rate = { code: 'false_positive_rate_unknown', text: 'unknown' };
    const book = createFlagBook({
      ...{ collectorId: COLLECTOR, now: () => AT, policyOf: kinds },
      calibrate: {
        tell: (_, flag) => ({ ...flag, reasons: [...flag.reasons, rate] }),
        count: () => undefined,
        confirm: () => undefined,
      },
    });
    const { ordinal: _, ...drift } = found('model sell', { kind: 'drift', entityKind: 'workspace', surprise: 12 });
    expect(book.takeUnlogged([drift])).toEqual([]);
    expect(book.figures().unwanted).toBe(1);
    off = false;
    const [told] = book.takeUnlogged([drift]);
    expect(told?.row.flag).toMatchObject({ severity: 'high', score: 12, reasons: [{ code: 'many' }, rate] });
    book.triage('shop', told?.row.flag.flagId ?? '', { action: 'false_positive', reason: 'a holiday' }, 'key');
    const again = { ...drift, flag: { ...drift.flag, dedupeKey: 'later' } };
    expect(book.takeUnlogged([again])[0]?.row.flag.score).toBeCloseTo(12 - Math.log(100));
  });

  it('takes over from the store what is left of a lost book: counted up, never raised twice, and quiet about what was false', () => {
    const former = open();
    take(former, found('a'), found('b'), found('c'));
    const idOf = (book: FlagBook, entityId: string) =>
      book.rows().find(({ flag }) => flag.entity.id === entityId)?.flag.flagId ?? '';
    former.triage('shop', idOf(former, 'b'), { action: 'false_positive', reason: 'ours' }, 'key');
    former.triage('shop', idOf(former, 'c'), { action: 'resolve' }, 'key');
    const stored = former.place(former.rows());

    for (const collectorId of [COLLECTOR, '01890000-0000-7000-8000-000000000002']) {
      const book = createFlagBook({ collectorId, now: () => AT });
      expect(book.recall(stored)).toEqual([]);
      expect(take(book, found('a'))).toMatchObject([{ isNews: false, row: { flag: { count: 2, collectorId } } }]);
      expect(take(book, found('b'))).toMatchObject([{ isNews: false, row: { flag: { status: 'false_positive' } } }]);
      expect(take(book, found('b', { dedupeKey: 'velocity|user:b|2' }))[0]?.row.flag.reasons.at(-1)?.code).toBe(
        'false_positive_before',
      );
      const [again] = take(book, found('c'));
      expect(again).toMatchObject({ isNews: true, row: { flag: { count: 1 } } });
      expect(again?.row.flag.flagId).not.toBe(idOf(former, 'c'));
    }
  });

  it('makes one of what was raised again before the store had told of it', () => {
    const former = open();
    take(former, found('a'), found('b'));
    const [a, b] = former.rows().map(({ flag }) => flag.flagId);
    former.triage('shop', a ?? '', { action: 'acknowledge' }, 'key');
    former.triage('shop', b ?? '', { action: 'resolve' }, 'key');
    const book = open();
    take(book, found('a', {}, AT + 60_000), found('b', {}, AT + 60_000));
    expect(book.recall(former.place(former.rows()))).toMatchObject([
      { isNews: false, row: { flag: { flagId: a, status: 'acknowledged', count: 2, raisedAt: AT, firstAt: AT } } },
      { isNews: false, row: { flag: { flagId: b, status: 'open', count: 2, lastAt: AT + 60_000 } } },
    ]);
    expect(book.rows()[0]?.flag.evidence.eventIds).toHaveLength(2);
  });

  it('takes nothing twice, by the place of its event in the log of one life', () => {
    const book = open();
    const one = found('a');
    take(book, one);
    expect(take(book, one)).toEqual([]);
    expect(book.take('another life', [{ ...one, ordinal: 1 }])[0]?.row.flag.count).toBe(2);
  });

  it('rolls up what goes over the budget of an hour, says how many, and begins anew with the next', () => {
    const book = open();
    const changes = take(book, ...Array.from({ length: 100 }, (_, n) => found(`user${n}`)));
    const told = changes.filter(({ row }) => row.flag.kind === 'velocity');
    const rolled = changes.filter(({ row }) => row.flag.kind === 'rolled_up');
    expect(told).toHaveLength(30);
    expect(rolled).toHaveLength(1);
    expect(rolled[0]?.row.flag).toMatchObject({ rolledUp: 70, count: 70, entity: { kind: 'workspace', id: 'shop' } });
    expect(rolled[0]?.row.flag.reasons[0]?.text).toContain('70 more');
    expect(JSON.stringify(rolled)).not.toContain('user99');
    expect(take(book, found('graver', { severity: 'high', surprise: 20 }))[0]?.row.flag.kind).toBe('velocity');
    expect(take(book, found('later', {}, AT + 3_600_000))[0]?.row.flag.kind).toBe('velocity');
    expect(book.figures().rolledUp).toBe(70);
  });

  it('has a budget of its own for how devices deliver, so that it takes no place of what is about people', () => {
    const book = open();
    const late = (n: number) =>
      found(`phone${n}`, { kind: 'data_quality', entityKind: 'device', dedupeKey: `late|${n}` });
    const kinds = take(book, ...Array.from({ length: 60 }, (_, n) => late(n))).map(({ row }) => row.flag);
    expect(kinds.filter(({ kind }) => kind === 'data_quality')).toHaveLength(10);
    expect(kinds.find(({ kind }) => kind === 'rolled_up')?.reasons[0]?.text).toBe(
      'More than 10 new flags of how devices deliver within the hour: 50 more are told by this one alone.',
    );
    expect(take(book, found('somebody'))[0]?.row.flag.kind).toBe('velocity');
  });

  it('has one for the app itself, of which no bots take the place', () => {
    const book = open();
    take(book, ...Array.from({ length: 60 }, (_, n) => found(`bot${n}`)));
    expect(take(book, found('one more'))[0]?.row.flag.kind).toBe('rolled_up');
    const part = (n: number) => found(`part ${n}`, { kind: 'drift', entityKind: 'workspace', dedupeKey: `part ${n}` });
    const told = take(book, ...Array.from({ length: 31 }, (_, n) => part(n))).map(({ row }) => row.flag);
    expect(told.filter(({ kind }) => kind === 'drift')).toHaveLength(30);
    expect(told.at(-1)?.reasons[0]?.text).toContain('30 new flags of the app itself');
    const outage = found('all surfaces', { kind: 'funnel_break', entityKind: 'workspace', severity: 'high' });
    expect(take(book, outage)[0]?.row.flag.kind).toBe('funnel_break');
  });

  it('is quieter about a kind and entity that was false, and about no other', () => {
    const book = open();
    const [first] = take(book, found('a', { surprise: 10, severity: 'medium' }));
    const { flagId } = first?.row.flag ?? { flagId: '' };
    book.triage('shop', flagId, { action: 'false_positive', reason: 'ours' }, 'key');
    expect(take(book, found('a'))[0]).toMatchObject({ isNews: false, row: { flag: { status: 'false_positive' } } });
    const next = { surprise: 10, severity: 'medium', dedupeKey: 'velocity|user:a|2' } as const;
    const [lowered] = take(book, found('a', next));
    expect(lowered?.row.flag.severity).toBe('low');
    expect(lowered?.row.flag.score).toBeCloseTo(10 - Math.log(100));
    expect(lowered?.row.flag.reasons.at(-1)?.code).toBe('false_positive_before');
    expect(take(book, found('b', { surprise: 10, severity: 'medium' }))[0]?.row.flag.severity).toBe('medium');
    expect(take(book, found('a', { ...next, dedupeKey: 'velocity|user:a|3', surprise: 4 }))).toEqual([]);
    book.triage('shop', flagId, { action: 'reopen' }, 'key');
    expect(take(book, found('a', { ...next, dedupeKey: 'velocity|user:a|4' }))[0]?.row.flag.severity).toBe('medium');
  });

  it('shows a kind as the workspace wants it, leaves out what it does not want, and counts that', () => {
    const kinds = { velocity: { severity: 'high', threshold: 4 }, bot: { off: true } } as const;
    const policyOf = (workspaceId: string) => (workspaceId === 'shop' ? { ...USUAL_POLICY, kinds } : USUAL_POLICY);
    const book = createFlagBook({ collectorId: COLLECTOR, now: () => AT, policyOf });
    const [first] = take(book, found('a'));
    expect(first?.row.flag.severity).toBe('high');
    expect(take(book, found('b', { surprise: 3.9 }), found('c', { kind: 'bot' }))).toEqual([]);
    expect(book.figures()).toMatchObject({ known: 1, unwanted: 2 });
    const elsewhere = { ...found('c', { kind: 'bot' }), workspaceId: 'another' };
    expect(take(book, elsewhere)[0]?.row.flag.severity).toBe('low');
    book.triage('shop', first?.row.flag.flagId ?? '', { action: 'false_positive', reason: 'ours' }, 'key');
    expect(take(book, found('a', { dedupeKey: 'velocity|user:a|2' }))[0]?.row.flag.severity).toBe('medium');
  });

  it('is silent while a flag is snoozed, wakes up after, and takes a resolved incident for a new one', () => {
    const book = open();
    const { flagId } = take(book, found('a'))[0]?.row.flag ?? { flagId: '' };
    book.triage('shop', flagId, { action: 'snooze', untilMs: AT + 1_000 }, 'key');
    expect(take(book, found('a'))[0]?.isNews).toBe(false);
    expect(take(book, found('a', {}, AT + 1_000))[0]).toMatchObject({
      isNews: true,
      row: { flag: { status: 'open' } },
    });
    book.triage('shop', flagId, { action: 'resolve' }, 'key');
    const [anew] = take(book, found('a'));
    expect(anew).toMatchObject({ isNews: true, row: { flag: { count: 1, status: 'open' } } });
    expect(anew?.row.flag.flagId).not.toBe(flagId);
  });

  it('gives places that only grow, whatever the clock does', () => {
    let now = 1_000;
    const book = createFlagBook({ collectorId: COLLECTOR, now: () => now });
    const rows = take(book, found('a'), found('b')).map(({ row }) => row);
    const positions = book.place(rows).map(({ flag }) => flag.position);
    now = 0;
    positions.push(...book.place(rows).map(({ flag }) => flag.position));
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  });

  it('knows what is open of one entity, of its workspace and kind alone, whatever becomes of it', () => {
    const book = open();
    const other = { ...found('a', { dedupeKey: 'velocity|user:a|other' }), workspaceId: 'another' };
    take(book, found('a'), found('b'), other, found('a', { entityKind: 'device', dedupeKey: 'velocity|device:a|1' }));
    take(book, found('a', { dedupeKey: 'velocity|user:a|2' }));
    const keysOf = () =>
      book.openOf('shop', 'user', 'a').map(({ entity, count }) => `${entity.kind}:${entity.id} ${count}`);
    expect(keysOf()).toEqual(['user:a 1', 'user:a 1']);
    take(book, found('a'));
    expect(keysOf()).toEqual(['user:a 1', 'user:a 2']);
    const [first, last] = book.openOf('shop', 'user', 'a');
    book.triage('shop', first?.flagId ?? '', { action: 'resolve' }, 'key');
    book.triage('shop', last?.flagId ?? '', { action: 'acknowledge' }, 'key');
    expect(keysOf()).toEqual(['user:a 2']);
    book.triage('shop', first?.flagId ?? '', { action: 'reopen' }, 'key');
    expect(keysOf()).toEqual(['user:a 2', 'user:a 1']);
    book.forget('shop', ['a']);
    expect(keysOf()).toEqual([]);
    expect(book.openOf('another', 'user', 'a')).toHaveLength(1);
  });

  it('forgets an entity with its flags and what was said of it', () => {
    const book = open();
    const { flagId } = take(book, found('a'))[0]?.row.flag ?? { flagId: '' };
    take(book, found('b'));
    book.triage('shop', flagId, { action: 'false_positive', reason: 'ours' }, 'key');
    expect(book.forget('shop', ['a'])).toBe(1);
    expect(JSON.stringify([book.rows(), book.state()])).not.toContain(':a');
    expect(book.rows()).toHaveLength(1);
  });
});
