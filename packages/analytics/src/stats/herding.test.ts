import { describe, expect, it } from 'vitest';
import { createFollowing, following, followingPValue, type SeenOrder } from './following.js';
import { chanceDeviation, lsvHerding, meanOf } from './herding.js';
import { leastSquares } from './least-squares.js';
import { marketHerding } from './market-herding.js';
import { absent, measure, measured } from './outcome.js';
import { seededRandom } from './seeded-random.js';

describe('LSV herding', () => {
  it('takes off what chance gives: five buyers of five at p = 1/2 are .5 - .1875', () => {
    // E|Bin(5, 1/2)/5 - 1/2| = (2 * .5 + 10 * .3 + 20 * .1) / 32 = .1875.
    expect(chanceDeviation(5, 0.5)).toBeCloseTo(0.1875, 12);
    expect(lsvHerding({ buyers: 5, sellers: 0 }, 0.5)).toMatchObject({
      value: { excess: expect.closeTo(0.3125, 12), side: 'subscribe' },
    });
    expect(lsvHerding({ buyers: 1, sellers: 9 }, 0.5)).toMatchObject({ value: { side: 'sell' } });
  });

  it('reckons chance by the closed form as by adding up', () => {
    for (const [n, p] of [
      [7, 0.3],
      [12, 0.61],
      [40, 0.05],
    ] as const) {
      let [expected, term] = [0, (1 - p) ** n];
      for (let k = 0; k <= n; k++) {
        expected += term * Math.abs(k / n - p);
        term *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      expect(chanceDeviation(n, p)).toBeCloseTo(expected, 12);
    }
    expect(chanceDeviation(9, 1)).toBe(0);
  });

  it('is 0 on average when nobody follows anybody', () => {
    const random = seededRandom(19);
    const found = Array.from({ length: 20_000 }, () => {
      const buyers = Array.from({ length: 12 }, () => random() < 0.4).filter(Boolean).length;
      const one = lsvHerding({ buyers, sellers: 12 - buyers }, 0.4);
      return one.kind === 'measured' ? measure(one.value.excess) : one;
    });
    expect(meanOf(found)).toMatchObject({ value: expect.closeTo(0, 2) });
  });

  it('says nothing of fewer than five traders, nor of counts that are none', () => {
    expect(lsvHerding({ buyers: 4, sellers: 0 }, 0.5)).toEqual(absent('too_few_events'));
    expect(lsvHerding({ buyers: -1, sellers: 9 }, 0.5)).toEqual(absent('negative'));
    expect(lsvHerding({ buyers: 9, sellers: 9 }, Number.NaN)).toEqual(absent('not_finite'));
    expect(lsvHerding({ buyers: 9, sellers: 9 }, 1.5)).toEqual(absent('shape_mismatch'));
  });
});

describe('least squares', () => {
  it('is that of a straight line reckoned by hand', () => {
    // x 1..4, y 2 1 4 5: slope 6/5, intercept 0; residual squares 2.8, so the slope's error is sqrt(1.4 / 5).
    const fitted = leastSquares(
      [1, 2, 3, 4].map((x) => [1, x]),
      [2, 1, 4, 5],
    );
    expect(fitted).toMatchObject({
      value: {
        coefficients: [expect.closeTo(0, 12), expect.closeTo(1.2, 12)],
        tValues: [expect.closeTo(0, 9), expect.closeTo(1.2 / Math.sqrt(1.4 / 5), 9)],
        degreesOfFreedom: 2,
      },
    });
  });

  it('certifies itself on NIST Wampler1: all coefficients of the polynomial are 1', () => {
    const xs = Array.from({ length: 21 }, (_, i) => i);
    const rows = xs.map((x) => [0, 1, 2, 3, 4, 5].map((power) => x ** power));
    const ys = rows.map((row) => row.reduce((a, b) => a + b));
    const fitted = leastSquares(rows, ys);
    if (fitted.kind === 'absent') throw new Error(fitted.reason);
    for (const coefficient of fitted.value.coefficients) expect(coefficient).toBeCloseTo(1, 6);
  });

  it('refuses columns that depend on one another, and too few rows', () => {
    expect(
      leastSquares(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        [1, 2, 3],
      ),
    ).toEqual(absent('constant'));
    expect(leastSquares([[1, 2]], [1])).toEqual(absent('too_few_events'));
    expect(leastSquares([[1], [Number.NaN]], [1, 2])).toEqual(absent('not_finite'));
    expect(leastSquares([[1], [1]], [1])).toEqual(absent('shape_mismatch'));
  });
});

describe('herding of a market', () => {
  /** Two products a market return apart by what the deviation is to be. */
  const days = (curvature: number) => {
    const random = seededRandom(23);
    return Array.from({ length: 200 }, () => {
      const market = (random() - 0.5) / 5;
      const deviation = 0.02 + 0.3 * Math.abs(market) + curvature * market ** 2 + (random() - 0.5) / 1_000;
      return [market - deviation, market + deviation];
    });
  };

  it('finds the curvature that deviations were made with, and its sign', () => {
    const herd = marketHerding(days(-2));
    if (herd.kind === 'absent') throw new Error(herd.reason);
    expect(herd.value.curvature).toBeCloseTo(-2, 1);
    expect(herd.value.tValue).toBeLessThan(-10);
    expect(marketHerding(days(2))).toMatchObject({ value: { curvature: expect.closeTo(2, 1) } });
  });

  it('needs ten days of two products', () => {
    expect(marketHerding([])).toEqual(absent('no_prices'));
    expect(marketHerding(new Array(30).fill([0.1]))).toEqual(absent('too_few_events'));
    expect(marketHerding(new Array(30).fill([0.1, 0.1]))).toEqual(absent('constant'));
    expect(marketHerding(new Array(30).fill([0.1, Number.NaN]))).toEqual(absent('not_finite'));
  });
});

describe('blind following', () => {
  const order = (user: string, what: string, atMs: number): SeenOrder => ({ user, what, atMs });

  it('counts orders within a minute after another user ordered the same, and only those', () => {
    const mine = [order('me', 'p', 60_000), order('me', 'p', 500_000), order('me', 'q', 70_000)];
    const all = [...mine, order('you', 'p', 1_000), order('you', 'p', 500_000), order('me', 'p', 499_000)];
    // Only the first: the second comes with the other's, not after it; nobody else ordered q.
    expect(following(mine, all)).toMatchObject({ value: { share: expect.closeTo(1 / 3, 12) } });
  });

  it('expects what moving the orders to all times of the day gives', () => {
    const mine = [order('me', 'p', 60_000)];
    const all = [...mine, order('you', 'p', 1_000), order('him', 'q', 2_000), order('him', 'q', 900_000)];
    // Of the times 60, 1, 2 and 900 s the first and the third lie in the minute after 1 s.
    expect(createFollowing(all).of(mine)).toEqual(measured({ share: 1, expected: 0.5 }));
  });

  it('expects the same as trying each time of the day does', () => {
    const random = seededRandom(31);
    const all = Array.from({ length: 120 }, () =>
      order(`u${Math.floor(random() * 6)}`, `p${Math.floor(random() * 2)}`, Math.floor(random() * 1_800_000)),
    );
    const follows = (one: SeenOrder, atMs: number) =>
      all.some((o) => o.user !== one.user && o.what === one.what && o.atMs < atMs && o.atMs >= atMs - 60_000);
    for (const user of ['u0', 'u3']) {
      const mine = all.filter((one) => one.user === user);
      const tried = mine.map((one) => all.filter(({ atMs }) => follows(one, atMs)).length / all.length);
      expect(following(mine, all)).toMatchObject({
        value: {
          share: mine.filter((one) => follows(one, one.atMs)).length / mine.length,
          expected: expect.closeTo(tried.reduce((a, b) => a + b) / mine.length, 12),
        },
      });
    }
  });

  it('gives p values that are uniform when nobody follows, and small ones when people do', () => {
    const random = seededRandom(29);
    const crowd = (follow: boolean) =>
      Array.from({ length: 40 }, (_, i) => {
        const atMs = Math.floor(random() * 3_600_000);
        return order(
          `u${i % 20}`,
          `p${i % 4}`,
          follow ? Math.floor(i / 8) * 600_000 + (i % 2) * 20_000 + (i % 4) * 60_000 : atMs,
        );
      });
    const values = Array.from({ length: 150 }, () => {
      const p = followingPValue(crowd(false), { shuffles: 19, random });
      return p.kind === 'measured' ? p.value : Number.NaN;
    }).toSorted((a, b) => a - b);
    const gap = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (i + 0.5) / values.length)), 0);
    expect(gap).toBeLessThan(0.133); // Kolmogorov-Smirnov at 1 %, n = 150
    const herd = Array.from({ length: 40 }, (_, i) =>
      order(`u${i}`, `p${i % 4}`, (i % 4) * 900_000 + Math.floor(i / 4) * 5_000),
    );
    expect(followingPValue(herd, { shuffles: 99, random })).toMatchObject({ value: expect.closeTo(0, 1) });
  });

  it('refuses what it cannot look at', () => {
    expect(following([], [])).toEqual(absent('no_orders'));
    expect(following([order('a', 'p', Number.NaN)], [])).toEqual(absent('not_finite'));
    expect(following([order('a', 'p', 1)], new Array(200_001).fill(order('b', 'p', 1)))).toEqual(
      absent('too_many_events'),
    );
    expect(followingPValue([], { shuffles: 1, random: Math.random })).toEqual(absent('no_orders'));
  });
});
