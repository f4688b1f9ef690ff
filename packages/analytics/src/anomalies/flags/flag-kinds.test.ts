import { describe, expect, it } from 'vitest';
import { mixedEvents } from '../../../../../test/fixtures/mixed-events.js';
import { strangeVisit, traffic } from '../../../../../test/fixtures/visits.js';
import { seededRandom } from '../../stats/seeded-random.js';
import { createFlagBank, FLAG_CATALOG, FLAG_KINDS, type FlagKind, type RiskEvent } from '../index.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);

const event = (atMs: number, changes: Partial<RiskEvent> = {}): RiskEvent => ({
  atMs: START_MS + atMs,
  action: 'interaction',
  userId: 'u1',
  deviceId: 'd1',
  address: 'a1',
  ...changes,
});
const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
const random = seededRandom(91);
const order = (userId: string, side: 'subscribe' | 'sell', amount: number, productId = 'f1') => ({
  userId,
  deviceId: `d-${userId}`,
  address: '',
  action: 'order' as const,
  order: { productId, side, amount },
});
const delivered = (seq: number, atMs: number, more = {}) => ({
  delivery: { seq, receivedMs: START_MS + atMs + 500, skewMs: 0, ...more },
});
const taps = (n: number, fromMs: number, tapMs: number) =>
  times(n, (i) =>
    event(fromMs + i * HOUR_MS + random() * MINUTE_MS, { rhythm: { tap: tapMs * (0.92 + 0.16 * random()) } }),
  );
const forms = (n: number, fromMs: number, isDone: (i: number) => boolean) =>
  times(n, (i) => {
    const who = { userId: `f${fromMs}-${i}`, deviceId: `fd${fromMs}-${i}`, address: '', surface: 'h5' };
    const atMs = fromMs + i * 11 * MINUTE_MS;
    const begun = event(atMs, { ...who, step: 'begun' });
    const more = { ...order(who.userId, 'subscribe', 100 + i), deviceId: who.deviceId, surface: 'h5' };
    return isDone(i) ? [begun, event(atMs + MINUTE_MS, more)] : [begun];
  }).flat();
const calmMarket = times(900, (i) =>
  event(i * 40 * MINUTE_MS, order(`m${i % 120}`, i % 3 === 0 ? 'sell' : 'subscribe', 500 * Math.exp(2 * random()))),
);
const drifting = (n: number, fromMs: number, factor: number) =>
  times(n, (i) =>
    event(
      fromMs + i * 10 * MINUTE_MS,
      order(`g${fromMs}-${i}`, 'subscribe', factor * 500 * Math.exp(2 * random()), 'f9'),
    ),
  );

const manyVisits = [...traffic(8, 300, 3)].flat().filter(({ action }) => action !== 'order');

/** For each kind that came with the second version: events that must raise it, and such as only look alike. */
const cases: readonly {
  readonly kind: FlagKind;
  readonly bad: readonly RiskEvent[];
  readonly lawful: readonly RiskEvent[];
}[] = [
  {
    kind: 'bot',
    bad: [event(0), event(SECOND_MS, { automation: 'webdriver' }), event(2 * SECOND_MS, { automation: 'webdriver' })],
    lawful: [event(0), event(SECOND_MS)],
  },
  {
    kind: 'new_device_sensitive_action',
    bad: [
      event(0),
      event(5 * DAY_MS, { deviceId: 'd2', address: 'a2', action: 'login' }),
      event(5 * DAY_MS + MINUTE_MS, { deviceId: 'd2', address: 'a2', action: 'sensitive' }),
    ],
    lawful: [
      event(0),
      event(5 * DAY_MS, { deviceId: 'd2', action: 'sensitive' }), // a new phone, at home
      event(6 * DAY_MS, { address: 'a2', action: 'sensitive' }), // the own phone, in a hotel
    ],
  },
  {
    kind: 'shared_device_ring',
    bad: times(6, (i) => event(i * HOUR_MS, { ...order(`r${i}`, 'subscribe', 100 + i), deviceId: 'd1' })),
    lawful: times(12, (i) => event(i * HOUR_MS, { ...order(`r${i % 4}`, 'subscribe', 100 + i), deviceId: 'd1' })),
  },
  {
    kind: 'operator_change',
    bad: [...taps(30, 0, 90), ...taps(8, 3 * DAY_MS, 170)],
    lawful: [...taps(30, 0, 90), ...taps(8, 3 * DAY_MS, 99)],
  },
  {
    kind: 'herding_surge',
    bad: [
      ...calmMarket,
      ...times(30, (i) => event(30 * DAY_MS + i * 20 * SECOND_MS, order(`h${i}`, 'subscribe', 900 + i))),
    ],
    lawful: [
      ...calmMarket,
      ...times(30, (i) =>
        event(30 * DAY_MS + i * 20 * SECOND_MS + random() * 19 * SECOND_MS, order('h', 'subscribe', 900 + i)),
      ),
    ],
  },
  {
    kind: 'funnel_break',
    bad: [...forms(80, 0, (i) => i % 4 !== 0), ...forms(14, 2 * DAY_MS, () => false)],
    lawful: [...forms(80, 0, (i) => i % 4 !== 0), ...forms(14, 2 * DAY_MS, (i) => i % 2 === 0)],
  },
  {
    kind: 'wash_pair',
    bad: times(3, (i) => [
      event(i * DAY_MS, order('w1', i === 1 ? 'subscribe' : 'sell', 1_000)),
      event(i * DAY_MS + MINUTE_MS, order('w2', i === 1 ? 'sell' : 'subscribe', 1_000.4)),
    ]).flat(),
    lawful: times(3, (i) => [
      event(i * DAY_MS, order(`w1-${i}`, 'sell', 1_000)),
      event(i * DAY_MS + MINUTE_MS, order('w2', 'subscribe', 1_000.4)),
    ]).flat(),
  },
  {
    kind: 'data_quality',
    bad: [
      ...times(5, (i) => event(i * MINUTE_MS, { action: 'passive', ...delivered(i + 1, i * MINUTE_MS) })),
      ...times(5, (i) => event((9 + i) * MINUTE_MS, { action: 'passive', ...delivered(i + 40, (9 + i) * MINUTE_MS) })),
    ],
    lawful: [
      ...[1, 2, 20, 21].map((seq) => event(seq * SECOND_MS, { action: 'passive', ...delivered(seq, 30 * SECOND_MS) })),
      ...times(17, (i) => event((3 + i) * SECOND_MS, { action: 'passive', ...delivered(i + 3, 31 * SECOND_MS) })), // merely late
      event(9 * MINUTE_MS, { action: 'passive', ...delivered(22, 9 * MINUTE_MS) }),
    ],
  },
  {
    kind: 'drift',
    bad: [...drifting(400, 0, 1), ...drifting(110, 10 * DAY_MS, 3)],
    lawful: [...drifting(400, 0, 1), ...drifting(110, 10 * DAY_MS, 1)],
  },
  {
    kind: 'unusual_session',
    bad: [...manyVisits, ...strangeVisit('stranger', START_MS + 8 * DAY_MS, random)],
    lawful: manyVisits,
  },
];

const kindsOf = (events: readonly RiskEvent[]) =>
  events.flatMap(createFlagBank({ reportingLimit: 50_000 }).observe).map(({ kind }) => kind);

describe('every kind of flag', { timeout: 60_000 }, () => {
  it.each(cases)('is raised once for what it is about, explained, and not for what only looks alike: $kind', (one) => {
    const flags = one.bad.flatMap(createFlagBank().observe);
    expect(flags.map(({ kind }) => kind)).toEqual([one.kind]);
    const [flag] = flags;
    const { reasons } = FLAG_CATALOG[one.kind];
    for (const { code, text } of flag?.reasons ?? []) {
      expect(reasons, code).toContain(code);
      expect(text).toMatch(/\.$/);
    }
    for (const { metric, observed, expectedLow, expectedHigh, n } of flag?.evidence ?? []) {
      expect(observed < expectedLow || observed > expectedHigh, metric).toBe(true);
      expect(n).toBeGreaterThan(0);
    }
    expect(JSON.parse(JSON.stringify(flag))).toEqual(flag);
    expect(kindsOf(one.lawful)).toEqual([]);
  });

  it.each(cases)('goes on from JSON as if nothing had been: $kind', ({ bad }) => {
    const cut = bad.length - 2;
    const early = createFlagBank();
    const before = bad.slice(0, cut).flatMap(early.observe);
    const later = createFlagBank({}, JSON.parse(JSON.stringify(early.save())));
    expect([...before, ...bad.slice(cut).flatMap(later.observe)]).toEqual(bad.flatMap(createFlagBank().observe));
  });

  it('has a case, here or among those of the first version', () => {
    const first = new Set(kindsOf(mixedEvents(71)));
    expect([...new Set([...first, ...cases.map(({ kind }) => kind)])].sort()).toEqual([...FLAG_KINDS].sort());
  });

  it('names the event at which it was noticed', () => {
    const [flag] = createFlagBank().observe(event(0, { automation: 'headless', eventId: 'e7' }));
    expect(flag?.eventIds).toEqual(['e7']);
  });

  it('a late field and a clock that is off are told apart', () => {
    const of = (more: (i: number) => Partial<RiskEvent>) =>
      times(8, (i) => event(i * SECOND_MS, { action: 'passive', ...more(i) }))
        .flatMap(createFlagBank().observe)
        .map(({ kind, reasons }) => `${kind} ${reasons[0]?.code}`);
    expect(of((i) => delivered(i + 1, 7 * HOUR_MS))).toEqual(['data_quality late']);
    expect(of((i) => delivered(i + 1, i, { skewMs: HOUR_MS }))).toEqual(['data_quality skew']);
  });

  it('a number that is missing now and then is no gap, however long that goes on', () => {
    const skipping = (everyMs: number) =>
      times(40, (i) => event(i * everyMs, { action: 'passive', ...delivered(2 * i + 1, i * everyMs) }))
        .flatMap(createFlagBank().observe)
        .map(({ reasons }) => reasons[0]?.code);
    expect(skipping(2 * HOUR_MS)).toEqual([]);
    expect(skipping(10 * MINUTE_MS)).toContain('seq_gap');
  });

  it('who acts at an hour that is usual for them is trusted a little, once it is known which are', () => {
    const place = (latitude: number, longitude: number) => ({ latitude, longitude, accuracyKm: 20, country: '' });
    const travel = (visits: number, hour: number) =>
      [
        ...times(visits, (i) => event(i * DAY_MS + 9 * HOUR_MS)),
        event(visits * DAY_MS + hour * HOUR_MS, { place: place(31.2, 121.5) }),
        event(visits * DAY_MS + hour * HOUR_MS + 40 * MINUTE_MS, { place: place(51.5, -0.1) }),
      ]
        .flatMap(createFlagBank().observe)
        .flatMap(({ reasons }) => reasons.map(({ code }) => code));
    expect(travel(30, 9)).toEqual(['impossible_speed', 'habitual_hour', 'known_network']);
    expect(travel(30, 15)).toEqual(['impossible_speed', 'known_network']);
    expect(travel(10, 9)).toEqual(['impossible_speed', 'known_network']);
  });

  it('a surface that falls silent is told once, and not one that is quiet where all is', () => {
    const visits = (n: number, fromMs: number, isNative: (i: number) => boolean) =>
      times(n, (i) =>
        event(fromMs + i * MINUTE_MS, {
          ...{ userId: '', address: '', deviceId: `v${fromMs}-${i}`, surface: isNative(i) ? 'native' : 'h5' },
        }),
      );
    const usual = visits(600, 0, (i) => i % 3 === 0);
    const silent = [...usual, ...visits(60, 2 * DAY_MS, () => false), ...visits(60, 3 * DAY_MS, (i) => i % 3 === 0)];
    const flags = silent.flatMap(createFlagBank().observe);
    expect(flags.map(({ kind, entityId, reasons }) => [kind, entityId, reasons[0]?.code])).toEqual([
      ['data_quality', 'surface native', 'silent'],
    ]);
    expect(flags[0]?.lastMs).toBeLessThan(START_MS + 2 * DAY_MS + 60 * MINUTE_MS);
    expect(kindsOf([...usual, ...visits(20, 9 * DAY_MS, (i) => i % 3 === 0)])).toEqual([]);
  });

  it('deliveries that are refused are told of the workspace, when it is more than now and then', () => {
    const deliveries = (n: number, fromMs: number, isRefused: (i: number) => boolean) =>
      times(n, (i) =>
        event(fromMs + i * SECOND_MS, {
          action: 'passive',
          userId: '',
          deviceId: '',
          address: '',
          isRefused: isRefused(i),
        }),
      );
    const usual = deliveries(500, 0, (i) => i % 100 === 50);
    const flags = [...usual, ...deliveries(40, HOUR_MS, (i) => i % 2 === 0)].flatMap(createFlagBank().observe);
    expect(flags.map(({ kind, entityId, reasons }) => [kind, entityId, reasons[0]?.code])).toEqual([
      ['data_quality', 'deliveries', 'refused'],
    ]);
    expect(kindsOf([...usual, ...deliveries(500, HOUR_MS, (i) => i % 60 === 0)])).toEqual([]);
  });

  it('odd numbers raise nothing and throw nothing', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, -1e300];
    const bank = createFlagBank({ reportingLimit: 50_000 });
    for (let i = 0; i < 300; i++) {
      const value = odd[i % odd.length] ?? 0;
      const more = { rhythm: { tap: value, move: value }, ...delivered(i, i, { skewMs: 0 }) };
      const sent = event(i * MINUTE_MS, { ...order(`o${i % 50}`, 'subscribe', value), ...more, surface: 'h5' });
      expect(
        bank.observe(i % 7 === 0 ? { ...sent, atMs: value } : sent).filter(({ surprise }) => !(surprise >= 0)),
      ).toEqual([]);
    }
    expect(JSON.stringify(bank.save())).not.toContain('null,null');
  });
});
