import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import {
  type CandidateFlag,
  createFlagBank,
  type DetectorState,
  type RiskDetector,
  type RiskEvent,
  severityOf,
  withTrust,
} from '../index.js';
import { createEntityTable } from './entity-table.js';
import { distanceKm } from './impossible-travel.js';
import { joinPieces, piecesOf } from './table-state.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
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
const runAll = (detector: RiskDetector, events: readonly RiskEvent[]) => events.flatMap(detector.observe);
const count = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));

/** What people do: exponential gaps, many of them, each on a device of their own. */
function people(seed: number, n: number, spanMs = DAY_MS): RiskEvent[] {
  const random = seededRandom(seed);
  return count(n, () => random() * spanMs)
    .sort((a, b) => a - b)
    .map((atMs) => {
      const who = Math.floor(random() * 200);
      return event(atMs, { userId: `p${who}`, deviceId: `pd${who}`, address: `pa${who % 60}` });
    });
}

const place = (latitude: number, longitude: number, country: string, accuracyKm = 20) => ({
  latitude,
  longitude,
  accuracyKm,
  country,
});
const SHANGHAI = place(31.23, 121.47, 'CN');
const LONDON = place(51.51, -0.13, 'GB');
const subscribe = (amount: number, productId = 'f1') => ({ productId, side: 'subscribe', amount }) as const;
const sell = (productId = 'f1') => ({ productId, side: 'sell', amount: 100 }) as const;

/** What the bank says of one kind. */
function watch(kind: CandidateFlag['kind'], saved?: DetectorState, entitiesMax = 100_000): RiskDetector {
  const bank = createFlagBank({ reportingLimit: 50_000, entitiesMax }, saved);
  return { ...bank, observe: (one) => bank.observe(one).filter((flag) => flag.kind === kind) };
}

/** For every kind: events that must raise exactly one flag of it. */
const cases: readonly { readonly kind: CandidateFlag['kind']; readonly events: readonly RiskEvent[] }[] = [
  {
    kind: 'velocity',
    events: [...people(31, 1_500), ...count(400, (i) => event(DAY_MS + i * 100, { address: '', deviceId: '' }))],
  },
  {
    kind: 'scripted_timing',
    events: [...people(32, 1_500), ...count(25, (i) => event(DAY_MS + i * 7_000 + (i % 3) * 100))],
  },
  {
    kind: 'impossible_travel',
    events: [event(0, { place: SHANGHAI }), event(2 * HOUR_MS, { place: LONDON })],
  },
  {
    kind: 'dormant_then_large_order',
    events: [
      ...count(6, (i) => event(i * DAY_MS, { action: 'order', order: subscribe(1_000 + i) })),
      event(200 * DAY_MS, { action: 'login' }),
      event(200 * DAY_MS + HOUR_MS, { action: 'order', order: subscribe(20_000) }),
    ],
  },
  {
    kind: 'credential_stuffing',
    events: count(40, (i) => event(i * SECOND_MS, { action: i === 7 ? 'login' : 'login_failed', userId: `v${i}` })),
  },
  {
    kind: 'structuring',
    events: count(3, (i) => event(i * HOUR_MS, { action: 'order', order: subscribe(49_000 - i) })),
  },
  {
    kind: 'subscribe_cancel_loop',
    events: count(10, (i) =>
      event(i * MINUTE_MS, { action: i % 2 === 0 ? 'order' : 'order_cancelled', order: subscribe(500) }),
    ),
  },
  {
    kind: 'replayed_stream',
    events: ['d1', 'd2'].flatMap((deviceId, copy) =>
      count(30, (i) => event(copy * HOUR_MS + i * 1_000 + ((i * 7_919) % 613), { deviceId })),
    ),
  },
  {
    kind: 'sale_rush',
    events: [
      ...count(2_000, (i) => event(i * 15 * MINUTE_MS, { action: 'order', order: sell(), userId: `s${i % 90}` })),
      ...count(40, (i) =>
        event(2_001 * 15 * MINUTE_MS + i * 2_000, { action: 'order', order: sell(), userId: `r${i}` }),
      ),
    ],
  },
];

describe('every flag detector', { timeout: 60_000 }, () => {
  it.each(cases)('raises one explained flag: $kind', ({ kind, events }) => {
    const flags = runAll(watch(kind), events);
    expect(flags.map((flag) => flag.kind)).toEqual([kind]);
    const [flag] = flags;
    expect(flag).toMatchObject({
      detector: `anomalies/${kind}`,
      version: expect.any(Number),
      dedupeKey: expect.stringContaining(kind),
    });
    expect(flag?.evidence.length).toBeGreaterThan(0);
    for (const { metric, observed, expectedLow, expectedHigh, n } of flag?.evidence ?? []) {
      expect(metric).not.toBe('');
      expect([observed, expectedLow, expectedHigh, n].every(Number.isFinite), metric).toBe(true);
      expect(observed < expectedLow || observed > expectedHigh, metric).toBe(true);
      expect(n).toBeGreaterThan(0);
    }
    expect(flag?.reasons.every(({ code, text }) => /^[a-zA-Z_]+$/.test(code) && /\.$/.test(text))).toBe(true);
    expect(flag?.surprise).toBeGreaterThan(Math.log(100));
    expect(flag?.lastMs).toBeGreaterThanOrEqual(flag?.firstMs ?? Number.NaN);
    expect(JSON.parse(JSON.stringify(flag))).toEqual(flag);
  });

  it.each(cases)('goes on from JSON as if nothing had been: $kind', ({ kind, events }) => {
    const cut = events.length - 2;
    const early = watch(kind);
    const before = runAll(early, events.slice(0, cut));
    const later = watch(kind, JSON.parse(JSON.stringify(early.save())));
    const whole = watch(kind);
    expect([...before, ...runAll(later, events.slice(cut))]).toEqual(runAll(whole, events));
    expect(later.save()).toEqual(whole.save());
  });

  it.each(cases)('is silent on people, on late and odd events, and throws at none: $kind', ({ kind }) => {
    const detector = watch(kind);
    const random = seededRandom(33);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1e15, 0];
    const flags = people(34, 2_000).flatMap((one, i) => {
      const late = random() < 0.05 ? one.atMs - random() * 3 * HOUR_MS : one.atMs;
      const jumped = random() < 0.01 ? late + 40 * DAY_MS : late;
      const atMs = random() < 0.01 ? (odd[i % 4] ?? 0) : jumped;
      const order = { ...subscribe(odd[i % 4] ?? 0), side: i % 2 === 0 ? ('sell' as const) : ('subscribe' as const) };
      const action = (['interaction', 'view', 'order', 'order_cancelled', 'login', 'login_failed'] as const)[i % 6];
      const sent = { ...one, atMs, action: action ?? 'view', order, place: place(odd[i % 4] ?? 0, 500, '') };
      return [...detector.observe(sent), ...(random() < 0.02 ? detector.observe(sent) : [])];
    });
    expect(flags).toEqual([]);
  });

  it.each(cases)('remembers a bounded number of entities, and counts those it forgot: $kind', ({ kind, events }) => {
    const detector = watch(kind, undefined, 50);
    const isOfProducts = kind === 'sale_rush';
    for (let i = 0; i < (isOfProducts ? 1_200 : 500); i++) {
      for (const one of events.slice(-3)) {
        const order = one.order && { ...one.order, ...(isOfProducts && { productId: `f${i}` }) };
        detector.observe({ ...one, userId: `x${i}`, deviceId: `x${i}`, address: `x${i}`, ...(order && { order }) });
      }
    }
    expect(detector.evicted()).toBeGreaterThanOrEqual(450);
    const kept = Object.entries(detector.save()).filter(([name]) => name !== 'prints');
    for (const [name, { old, young }] of kept) {
      expect(old.length + young.length).toBeLessThanOrEqual(name === 'products' ? 1_000 : 50);
    }
  });
});

describe('of what is watched', () => {
  it('a country alone never raises a flag: neither a new one, nor a change that time allows', () => {
    const countries = ['CN', 'GB', 'US', 'KP', 'IR', 'NG', '', 'XX'];
    for (const { kind } of cases) {
      const events = countries.flatMap((country, i) => [
        event(i * DAY_MS, { place: { ...SHANGHAI, country }, userId: 'same' }), // same place, another country's name
        event(i * DAY_MS + HOUR_MS, { place: { ...LONDON, country }, userId: `only-${country}` }),
      ]);
      expect(runAll(watch(kind), events)).toEqual([]);
    }
    const flight = [event(0, { place: SHANGHAI }), event(14 * HOUR_MS, { place: LONDON })];
    expect(runAll(watch('impossible_travel'), flight)).toEqual([]);
    const told = runAll(watch('impossible_travel'), [event(0, { place: SHANGHAI }), event(HOUR_MS, { place: LONDON })]);
    const renamed = runAll(watch('impossible_travel'), [
      event(0, { place: { ...SHANGHAI, country: 'KP' } }),
      event(HOUR_MS, { place: { ...LONDON, country: 'IR' } }),
    ]);
    expect(renamed).toEqual(told);
  });

  it('a place known only to within hundreds of kilometres is no proof of travel', () => {
    const vague = [
      event(0, { place: place(31.23, 121.47, 'CN', 500) }),
      event(HOUR_MS, { place: place(39.9, 116.4, 'CN', 500) }),
    ];
    expect(runAll(watch('impossible_travel'), vague)).toEqual([]);
    // Shanghai to London along the great circle: 9,200 km in tables of distances.
    expect(distanceKm(SHANGHAI, LONDON)).toBeGreaterThan(9_150);
    expect(distanceKm(SHANGHAI, LONDON)).toBeLessThan(9_250);
  });

  it('a flood is one flag an hour for each entity, not one an event', () => {
    const detector = watch('velocity');
    runAll(detector, people(35, 1_000));
    const flood = runAll(
      detector,
      count(5_000, (i) => event(2 * DAY_MS + i * 50)),
    );
    expect(flood.length).toBeGreaterThan(0);
    expect(flood.length).toBeLessThanOrEqual(3); // user, device and address
  });

  it('a person who clicks fast is no velocity flag, and one who types evenly for a while no script', () => {
    expect(
      runAll(
        watch('velocity'),
        count(25, (i) => event(i * 300)),
      ),
    ).toEqual([]);
    const random = seededRandom(36);
    const even = count(60, () => 800 + 1_500 * random());
    const times = even.map((_, i) => even.slice(0, i).reduce((sum, gap) => sum + gap, 0));
    expect(
      runAll(
        watch('scripted_timing'),
        times.map((atMs) => event(atMs)),
      ),
    ).toEqual([]);
  });

  it('an office that mistypes, and a large order of somebody who was here, are none', () => {
    const office = count(40, (i) =>
      event(i * SECOND_MS, { action: i % 3 === 0 ? 'login_failed' : 'login', userId: `o${i}` }),
    );
    expect(runAll(watch('credential_stuffing'), office)).toEqual([]);
    const active = count(7, (i) => event(i * DAY_MS, { action: 'order', order: subscribe(i === 6 ? 20_000 : 1_000) }));
    expect(runAll(watch('dormant_then_large_order'), active)).toEqual([]);
  });

  it('every copy of a stream is told, once', () => {
    const [replay] = cases.filter(({ kind }) => kind === 'replayed_stream');
    const long = count(60, (i) => i * 1_000 + ((i * 7_919) % 613));
    const events = ['d1', 'd2', 'd3'].flatMap((deviceId, copy) =>
      long.map((atMs) => event(copy * HOUR_MS + atMs, { deviceId })),
    );
    const flags = replay ? runAll(watch('replayed_stream'), events) : [];
    expect(flags.map(({ entityId }) => entityId)).toEqual(['d2', 'd3']);
  });

  it('one customer who sells much is no rush', () => {
    const [rush] = cases.filter(({ kind }) => kind === 'sale_rush');
    const alone = rush?.events.map((one, i) => (i < 2_000 ? one : { ...one, userId: 'one' })) ?? [];
    expect(runAll(watch('sale_rush'), alone)).toEqual([]);
  });
});

describe('signals of trust', () => {
  it('lower a flag with reasons, and nothing in them can raise one', () => {
    const [flag] = runAll(watch('impossible_travel'), [
      event(0, { place: SHANGHAI }),
      event(2 * HOUR_MS, { place: LONDON }),
    ]);
    if (!flag) throw new Error('the flag is missing');
    const trusted = withTrust(flag, { deviceAgeMs: 100 * DAY_MS, hourLift: 3, isKnownNetwork: true });
    expect(trusted.surprise).toBeCloseTo(flag.surprise - Math.log(50), 10);
    expect(trusted.severity).toBe(severityOf(trusted.surprise));
    expect(trusted.reasons.map(({ code }) => code)).toEqual([
      'impossible_speed',
      'aged_device',
      'habitual_hour',
      'known_network',
    ]);
    expect(flag.severity).toBe('high');
    expect(withTrust({ ...flag, severity: 'info' }, { isKnownNetwork: true }).severity).toBe('info');
    const values = [undefined, Number.NaN, -1, 0, 1, 1e99];
    for (const deviceAgeMs of values) {
      for (const hourLift of values) {
        for (const isKnownNetwork of [undefined, false, true]) {
          const changed = withTrust(flag, {
            ...(deviceAgeMs === undefined ? {} : { deviceAgeMs }),
            ...(hourLift === undefined ? {} : { hourLift }),
            ...(isKnownNetwork === undefined ? {} : { isKnownNetwork }),
          });
          expect(changed.surprise).toBeLessThanOrEqual(flag.surprise);
        }
      }
    }
  });
});

describe('orders that come late', () => {
  it('are part of what is told, from the first to the last', () => {
    const late = [3, 2, 1].map((hour) => event(hour * HOUR_MS, { action: 'order', order: subscribe(49_000) }));
    const [flag] = runAll(watch('structuring'), late);
    expect([flag?.firstMs, flag?.lastMs]).toEqual([late[2]?.atMs, late[0]?.atMs]);
  });
});

describe('what a user is known to use', () => {
  const travel = (knownMs: number, more: Partial<RiskEvent> = {}) =>
    runAll(watch('impossible_travel'), [
      event(0, { address: 'office', deviceId: 'laptop' }),
      event(knownMs, { place: SHANGHAI }),
      event(knownMs + 2 * HOUR_MS, { place: LONDON, address: 'office', deviceId: 'laptop', ...more }),
    ])[0];

  it('speaks for the user where the question is who acts', () => {
    const stranger = travel(100 * DAY_MS, { address: 'cafe', deviceId: 'phone' });
    const own = travel(100 * DAY_MS);
    expect(stranger?.reasons.map(({ code }) => code)).toEqual(['impossible_speed']);
    expect(own?.reasons.map(({ code }) => code)).toEqual(['impossible_speed', 'aged_device', 'known_network']);
    expect(own?.surprise).toBeCloseTo((stranger?.surprise ?? 0) - Math.log(25), 10);
    expect(travel(DAY_MS)?.reasons).toHaveLength(1); // a day is not long
  });

  it('says nothing of what users do in their own name', () => {
    const orders = count(3, (i) => event(100 * DAY_MS + i * HOUR_MS, { action: 'order', order: subscribe(49_000) }));
    const [flag] = runAll(watch('structuring'), [event(0), ...orders]);
    expect(flag?.reasons.map(({ code }) => code)).toEqual(['below_limit']);
  });
});

describe('the table of entities', () => {
  it('forgets who was long not heard of, and never knows more than it may', () => {
    const table = createEntityTable(() => ({ n: 0 }), 4);
    table.of('a').n = 1;
    table.of('b');
    table.of('c'); // a and b are old now
    expect(table.of('a').n).toBe(1); // and young again
    table.of('d'); // c and a are old, and b is forgotten
    expect([table.peek('b'), table.peek('a')?.n, table.evicted()]).toEqual([undefined, 1, 1]);
    for (let i = 0; i < 100; i++) table.of(`x${i}`);
    const saved = joinPieces(piecesOf('t', table)).t;
    const { old = [], young = [], evicted = 0 } = saved ?? {};
    expect(old.length + young.length).toBeLessThanOrEqual(4);
    expect(evicted + old.length + young.length).toBe(104);
    const smaller = createEntityTable(() => ({ n: 0 }), 2, saved);
    expect(smaller.peek('x99')).toEqual({ n: 0 });
    expect(smaller.evicted()).toBe(evicted + old.length + young.length - 2);
  });
});
