import { describe, expect, it } from 'vitest';
import type { Measure } from '../stats/outcome.js';
import { featuresOf } from './catalog.js';
import { DAY_MS, type FeatureEvent, HOUR_MS, hourOfWeek, NO_ID, type SubjectKind } from './event.js';
import { measureByOracle } from './oracle.js';
import { createPopulation } from './population.js';
import { populationRowsOf } from './population-oracle.js';

/** Wednesday 2026-03-18 12:00 in the market's zone. */
const NOW = Date.UTC(2026, 2, 18, 4);
const moment = { asOfMs: NOW, utcOffsetMs: 8 * HOUR_MS };
let ids = 0;

/** An event so long ago, with nothing but what is told. */
function ago(ageMs: number, fields: Partial<FeatureEvent> & Pick<FeatureEvent, 'type'>): FeatureEvent {
  const at = NOW - ageMs;
  return {
    eventId: `e${String(ids++).padStart(6, '0')}`,
    name: '',
    occurredAtMs: at,
    receivedAtMs: at,
    correctedAtMs: at,
    clockSkewMs: 0,
    historical: false,
    seq: 0,
    queueId: NO_ID,
    visitorId: NO_ID,
    sessionId: NO_ID,
    userId: 'u',
    accountId: '',
    surface: 'h5',
    page: '',
    template: '',
    way: '',
    dwellMs: 0,
    visibleMs: 0,
    depthRatio: 0,
    amount: 0,
    currency: '',
    orderId: '',
    productId: '',
    side: '',
    phase: '',
    shares: 0,
    price: 0,
    value: 0,
    periodAtMs: 0,
    revision: 0,
    ipPrefix: '',
    country: '',
    isBot: false,
    ...fields,
  };
}

const view = (ageMs: number, page: string, sessionId: string, more: Partial<FeatureEvent> = {}) =>
  ago(ageMs, { type: 'page_view', page, sessionId, ...more });
const placed = (ageMs: number, orderId: string, more: Partial<FeatureEvent> = {}) =>
  ago(ageMs, {
    type: 'order',
    phase: 'placed',
    orderId,
    productId: 'p',
    side: 'subscribe',
    shares: 100,
    price: 1,
    currency: 'CNY',
    ...more,
  });
const filled = (ageMs: number, orderId: string, shares: number, more: Partial<FeatureEvent> = {}) =>
  ago(ageMs, {
    type: 'order_fill',
    phase: 'filled',
    orderId,
    productId: 'p',
    side: 'subscribe',
    shares,
    price: 1,
    currency: 'CNY',
    ...more,
  });

/** Features of one subject among all events. */
function measure(kind: SubjectKind, subject: string, own: readonly FeatureEvent[], all: readonly FeatureEvent[] = own) {
  const population = createPopulation(populationRowsOf(all, moment));
  const found = measureByOracle(featuresOf(kind), own, { ...moment, subject, population });
  return (name: string): number | string => {
    const one: Measure | undefined = found.get(name);
    if (!one) throw new Error(`there is no ${name}`);
    return one.kind === 'measured' ? one.value : one.reason;
  };
}

describe('features reckoned by hand', () => {
  it('of pages: the entropy of a path is that of its branches', () => {
    // Session 1: a b a c; session 2: a b. From a: b twice, c once; from b: a. 3/4 of the steps leave a.
    const views = [
      view(9, 'a', '1'),
      view(8, 'b', '1'),
      view(7, 'a', '1'),
      view(6, 'c', '1'),
      view(5, 'a', '2'),
      view(4, 'b', '2'),
    ];
    const of = measure('user', 'u', views);
    const branch = -(2 / 3) * Math.log2(2 / 3) - (1 / 3) * Math.log2(1 / 3);
    expect(of('path_entropy_bits_30d')).toBeCloseTo((3 / 4) * branch, 12);
    expect(of('page_entropy_bits_30d')).toBeCloseTo(
      -(3 / 6) * Math.log2(3 / 6) - (2 / 6) * Math.log2(2 / 6) - (1 / 6) * Math.log2(1 / 6),
      12,
    );
    expect([of('revisit_share_30d'), of('top_page_share_30d'), of('bounce_share_30d')]).toEqual([0.5, 0.5, 0]);
    expect(of('visit_length_median_ms_30d')).toBe(2); // 3 and 1
    expect(measure('user', 'u', [view(1, 'a', '1')])('path_entropy_bits_30d')).toBe('too_few_events');
  });

  it('of macro series: as known at the decision, carried forward with its age, never from the future', () => {
    const rate = (knownAgo: number, periodAgo: number, value: number, revision = 0): FeatureEvent =>
      ago(knownAgo * DAY_MS, {
        type: 'macro_point',
        name: 'loan_rate_1y',
        periodAtMs: NOW - periodAgo * DAY_MS,
        value,
        revision,
        userId: '',
      });
    const rates = [
      rate(110, 130, 3.6),
      rate(40, 60, 3.5),
      rate(20, 60, 3.45, 1), // corrected after the order
      rate(10, 30, 3.3),
      rate(5, -3, 9), // of a month to come
      rate(-1, 1, 8), // published tomorrow
      ago(DAY_MS, { type: 'macro_point', name: 'another', periodAtMs: NOW - DAY_MS, value: 7, userId: '' }),
    ];
    const order = placed(25 * DAY_MS, 'o');
    const all = [...rates, order];
    const user = measure('user', 'u', [order], all);
    expect([user('loan_rate_at_order_90d'), user('loan_rate_age_at_order_90d')]).toEqual([3.5, 35]);
    const workspace = measure('workspace', 'w', all);
    expect([workspace('loan_rate_365d'), workspace('loan_rate_age_365d')]).toEqual([3.3, 30]);
    expect(workspace('loan_rate_change_90d')).toBeCloseTo(3.3 - 3.6, 12);
    expect(measure('user', 'u', [order])('loan_rate_at_order_90d')).toBe('no_series');
    expect(measure('user', 'u', rates, all)('loan_rate_at_order_90d')).toBe('no_orders');
  });

  it('of orders: fills count up to what was asked for, whole ones by their last', () => {
    const orders = [
      placed(10 * HOUR_MS, 'whole'),
      filled(9 * HOUR_MS, 'whole', 60),
      filled(8 * HOUR_MS, 'whole', 60), // 20 too many
      placed(7 * HOUR_MS, 'part', { productId: 'q' }),
      filled(6 * HOUR_MS, 'part', 25, { productId: 'q' }),
      placed(5 * HOUR_MS, 'none'),
      filled(4 * HOUR_MS, 'stranger', 50),
      ago(3 * HOUR_MS, { type: 'order_end', phase: 'cancelled', orderId: 'none' }),
      ago(2 * HOUR_MS, { type: 'settlement', orderId: 'whole', side: 'subscribe', amount: 99.5, currency: 'CNY' }),
    ];
    const of = measure('user', 'u', orders);
    expect(of('fill_ratio_90d')).toBeCloseTo(125 / 300, 12);
    expect([of('any_fill_share_90d'), of('full_fill_share_90d')]).toEqual([2 / 3, 1 / 3]);
    expect(of('fill_time_median_ms_90d')).toBe(2 * HOUR_MS);
    expect(of('repeat_order_share_90d')).toBe(1 / 3);
    expect([of('cancel_share_90d'), of('settled_share_90d'), of('settled_amount_90d')]).toEqual([1 / 3, 1 / 3, 99.5]);
    expect(of('order_frequency_90d')).toBe(3); // within a week, which is the least
    expect(of('product_concentration_90d')).toBeCloseTo(5 / 9, 12);
    const mixed = [
      ...orders,
      ago(HOUR_MS, { type: 'settlement', orderId: 'x', side: 'sell', amount: 1, currency: 'USD' }),
    ];
    expect(measure('user', 'u', mixed)('settled_amount_90d')).toBe('mixed_currencies');
  });

  it('of preference: shares are pulled to the population, lift is against it', () => {
    const seen = (userId: string, template: string, n: number) =>
      Array.from({ length: n }, (_, i) => view(1_000 + i, `/${template}`, userId, { userId, template }));
    const all = [
      ...seen('u', 'loan', 6),
      ...seen('u', 'fund', 2),
      ...seen('v', 'fund', 8),
      ...seen('w', 'loan', 2),
      ...seen('w', 'fund', 2),
    ];
    // Shares .4 and .6: chance .52. Of pairs 8*7 + 8*7 + 4*3 = 124 there are 30 + 2 + 56 + 2 + 2 = 92 alike: m = .7419.
    const strength = (1 - 92 / 124) / (92 / 124 - 0.52);
    const own = all.filter(({ userId }) => userId === 'u');
    const dwell = ago(500, { type: 'view_end', page: '/fund', dwellMs: 3_000 });
    const of = measure('user', 'u', [...own, dwell], [...all, dwell]);
    expect(of('category_affinity_30d')).toBeCloseTo((6 + strength * 0.4) / (8 + strength), 12);
    expect(of('category_lift_30d')).toBeCloseTo((6 + strength * 0.4) / (8 + strength) / 0.4, 12);
    expect(of('category_dwell_affinity_30d')).toBeCloseTo((8 + strength * 0.6) / (8 + strength), 12); // all of the dwell
    expect(of('category_entropy_bits_30d')).toBeCloseTo(0.8112781244591328, 12);
  });

  it('of habit: the week begins on Monday in the market, and today can be as ever or like never', () => {
    expect(hourOfWeek(Date.UTC(2026, 2, 15, 16), 8 * HOUR_MS)).toBe(0); // Monday 00:00 at UTC+8
    expect(hourOfWeek(NOW, 8 * HOUR_MS)).toBe(2 * 24 + 12);
    const click = (ageMs: number, userId = 'u') => ago(ageMs, { type: 'click', userId });
    const week = 7 * DAY_MS;
    const usual = [HOUR_MS, HOUR_MS + week, HOUR_MS + 2 * week, HOUR_MS + 3 * week].map((age) => click(age));
    const odd = [click(6 * HOUR_MS), ...usual.slice(1)];
    const others = [0, 1, 2].map((n) => click(HOUR_MS + n * week + 3 * HOUR_MS, 'v'));
    const distance = (own: readonly FeatureEvent[]) =>
      measure('user', 'u', own, [...own, ...others])('habit_distance_24h');
    expect(Number(distance(usual))).toBeLessThan(0.01);
    expect(Number(distance(odd))).toBeGreaterThan(0.9); // not 1: the population has the hour a little
    const of = measure('user', 'u', usual, [...usual, ...others]);
    expect([of('habit_hour_mean_30d'), of('habit_hour_concentration_30d')]).toEqual([
      expect.closeTo(11, 9),
      expect.closeTo(1, 12),
    ]);
    expect([of('weekend_share_30d'), of('night_share_30d')]).toEqual([0, 0]);
    expect(measure('user', 'u', usual.slice(1))('habit_distance_24h')).toBe('no_events');
  });

  it('of herds: who goes with one has its excess, who goes against it has none', () => {
    const rush = ['a', 'b', 'c', 'd', 'e', 'u'].map((userId, i) =>
      placed(DAY_MS - i * 1_000, `r-${userId}`, { userId }),
    );
    const sellers = ['f', 'g', 'h', 'i', 'j', 'k'].map((userId, i) =>
      placed(DAY_MS - i * 1_000, `s-${userId}`, { userId, side: 'sell', productId: 'q' }),
    );
    const all = [...rush, ...sellers];
    const mine = all.filter(({ userId }) => userId === 'u');
    const of = measure('user', 'u', mine, all);
    // p = 1/2, n = 6: E|Bin/6 - 1/2| = (2*3*1 + 2*2*6 + 2*1*15) / (6 * 64) = .15625; .5 less that.
    expect(of('herding_exposure_90d')).toBeCloseTo(0.34375, 12);
    expect(of('follow_share_7d')).toBe(1); // the last of six within five seconds
    // Twelve order times, two each second: at the ten after the first second someone had ordered p before.
    expect(of('follow_excess_7d')).toBeCloseTo(1 - 10 / 12, 12);
    const product = measure('product', 'q', sellers, all);
    expect([product('herding_sell_90d'), product('herding_subscribe_90d')]).toEqual([
      expect.closeTo(0.34375, 12),
      'too_few_events',
    ]);
  });

  it('of loyalty: fifths of the population, and a repeat is a day', () => {
    const all = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: i + 1 }, (_order, n) =>
        placed((20 - i) * DAY_MS + n * 1_000, `${i}-${n}`, { userId: `b${i}` }),
      ),
    ).flat();
    const of = (i: number) =>
      measure(
        'user',
        `b${i}`,
        all.filter(({ userId }) => userId === `b${i}`),
        all,
      );
    expect([of(0)('rfm_recency_90d'), of(9)('rfm_recency_90d')]).toEqual([1, 5]);
    expect([of(0)('rfm_frequency_90d'), of(5)('rfm_frequency_90d'), of(9)('rfm_frequency_90d')]).toEqual([1, 3, 5]);
    expect(of(9)('rfm_money_90d')).toBe('no_trades');
    expect(of(9)('alive_probability_365d')).toBe('no_population'); // ten orders of one day are one purchase
  });

  it('of data: missing numbers, lateness and networks', () => {
    const told = [
      [5, '10.0.0.0/24', 0],
      [6, '10.0.1.0/24', 2 * HOUR_MS],
      [9, '10.0.0.0/24', 1_000],
    ] as const;
    const events = told.map(([seq, ipPrefix, lateMs]) => {
      const event = ago(DAY_MS - seq * 1_000, { type: 'click', seq, ipPrefix, queueId: 'd' });
      return { ...event, receivedAtMs: event.receivedAtMs + lateMs };
    });
    const of = measure('device', 'd', events);
    expect(of('seq_gap_share_30d')).toBe(2 / 5);
    expect([of('lateness_median_ms_30d'), of('late_share_30d')]).toEqual([1_000, 1 / 3]);
    expect([of('networks_30d'), of('network_changes_30d')]).toEqual([2, 2]);
  });
});
