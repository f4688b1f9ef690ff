import type { EffectiveDataTotals } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { judgeCliffs, type SchemaSighting } from './judge-cliffs.js';
import { type EffectiveData, judgeEffectiveData } from './judge-effective-data.js';
import { judgeEmpties } from './judge-empties.js';

const TOTALS: EffectiveDataTotals = {
  events: 10_000,
  queues: 300,
  missing: 0,
  completenessRatio: 1,
  copies: 0,
  lateMsMedian: 900,
  lateMsP95: 4_000,
  lateMsP99: 60_000,
  lateRatio: 0.01,
  rejected: 0,
  rejectedRatio: 0,
  doubleLoads: 0,
};
const WELL: EffectiveData = {
  totals: TOTALS,
  releases: [],
  empties: [],
  sightings: [],
  freshness: { completeTo: 1_000_000, settledTo: 940_000, newestOccurredAt: 0, newestReceivedAt: 0 },
  nowMs: 1_000_400,
};
const withTotals = (totals: Partial<EffectiveDataTotals>) =>
  judgeEffectiveData({ ...WELL, totals: { ...TOTALS, ...totals } });

describe('judgeEffectiveData', () => {
  it('finds nothing where all is well, and where there is nothing', () => {
    expect(judgeEffectiveData(WELL)).toEqual([]);
    const nothing = { events: 0, queues: 0, completenessRatio: null, lateRatio: null };
    expect(withTotals(nothing)).toEqual([]);
  });

  it('needs more than chance makes: of 20 numbers one is no hundredth that is missing', () => {
    expect(withTotals({ events: 19, missing: 1, completenessRatio: 0.95 })).toEqual([]);
    const [found, ...others] = withTotals({ events: 9_500, missing: 500, completenessRatio: 0.95 });
    expect(others).toEqual([]);
    expect(found).toEqual({
      kind: 'missing',
      subject: 'seq',
      release: '',
      observed: 0.05,
      expected: 0.01,
      count: 10_000,
    });
  });

  it('does not hide what is missing behind events that have no number', () => {
    // Of a million, 1,000 come from devices: a server's events say nothing of their way.
    const kinds = withTotals({ events: 1_000_000, missing: 100, completenessRatio: 1_000 / 1_100 }).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['missing']);
  });

  it('names lateness, copies, refusals, and a store that is behind, the gravest first', () => {
    const found = judgeEffectiveData({
      ...WELL,
      totals: { ...TOTALS, lateRatio: 0.3, copies: 900, rejected: 700 },
      nowMs: 1_000_000 + 60_001,
    });
    expect(found.map(({ kind }) => kind)).toEqual(['behind', 'late', 'copies', 'rejected']);
    expect(found[0]).toMatchObject({ observed: 60_001, expected: 60_000 });
  });

  it('judges each release by itself', () => {
    const row = { ...TOTALS, name: '4.1', events: 400, missing: 100, completenessRatio: 0.8 };
    expect(judgeEffectiveData({ ...WELL, releases: [row] })).toEqual([
      { kind: 'missing', subject: 'seq', release: '4.1', observed: 0.2, expected: 0.01, count: 500 },
    ]);
  });
});

describe('judgeEmpties', () => {
  const share = (emptyRatio: number, baselineRatio: number, events = 1_000, baselineEvents = 7_000) => ({
    eventType: 'order',
    column: 'price',
    events,
    emptyRatio,
    baselineEvents,
    baselineRatio,
  });

  it('finds a column that became empty, beside what it was', () => {
    expect(judgeEmpties([share(0.4, 0.02)])).toEqual([
      { kind: 'empty', subject: 'order.price', release: '', observed: 0.4, expected: 0.02, count: 1_000 },
    ]);
  });

  it.each([
    ['was as empty before', share(0.95, 0.95)],
    ['rose by less than a tenth', share(0.11, 0.02)],
    ['fell', share(0.02, 0.9)],
    ['is known of too few events', share(1, 0, 49)],
    ['has too short a past', share(1, 0, 1_000, 49)],
    ['may have risen by chance', share(0.32, 0.2, 50, 50)],
  ])('says nothing of one that %s', (_, one) => {
    expect(judgeEmpties([one])).toEqual([]);
  });
});

describe('judgeCliffs', () => {
  const any = (release: string, devices: number, baselineDevices: number): SchemaSighting => ({
    kind: 'any',
    name: '',
    release,
    devices,
    baselineDevices,
  });
  const event = (name: string, release: string, devices: number, baselineDevices: number): SchemaSighting => ({
    kind: 'event',
    name,
    release,
    devices,
    baselineDevices,
  });

  it('finds what vanished with a release while others go on', () => {
    const found = judgeCliffs([
      any('', 1_000, 2_000),
      any('1.0', 700, 0),
      any('2.0', 300, 0),
      event('order', '', 210, 600),
      event('order', '1.0', 210, 0),
      event('page_view', '', 1_000, 2_000),
      event('page_view', '1.0', 700, 0),
      event('page_view', '2.0', 300, 0),
    ]);
    expect(found).toEqual([
      { kind: 'vanished', subject: 'order', release: '2.0', observed: 0, expected: 0.3, count: 300 },
    ]);
  });

  it('finds what appeared', () => {
    const found = judgeCliffs([any('', 500, 2_000), event('click', '', 50, 0)]);
    expect(found).toEqual([
      { kind: 'appeared', subject: 'click', release: '', observed: 0.1, expected: 0, count: 500 },
    ]);
  });

  it.each([
    ['a rare one that few devices would show', [any('', 100, 2_000), event('order', '', 0, 20)]],
    ['one that a single device showed', [any('', 500, 2_000), event('click', '', 1, 0)]],
    ['anything where there is no past', [any('', 500, 0), event('click', '', 400, 0)]],
    ['anything where nothing came', [any('', 0, 500), event('click', '', 0, 400)]],
    ['anything without knowing of how many', [event('click', '', 0, 400)]],
  ])('does not take for a cliff %s', (_, sightings) => {
    expect(judgeCliffs(sightings)).toEqual([]);
  });
});
