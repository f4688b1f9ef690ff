import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { probabilityOf } from '../calibration/log-odds.js';
import { cumulativeIncidence } from './cumulative-incidence.js';
import { fitHazards, orderCourse } from './fit-hazards.js';
import { logisticLearner } from './learner.js';
import { expectFill, fitPartialFills } from './partial-fills.js';
import { CANCELLED, expandPersonPeriods, FILLED } from './person-periods.js';

/** Ten orders: 2 of 10 filled and 1 cancelled in the first period, 3 of 7 filled in the second, 1 of 4 cancelled and 1 filled in
 * the third; two are still open. */
const ten = { lastPeriod: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3], ending: [1, 1, 2, 1, 1, 1, 2, 1, 0, 0] };

describe('expandPersonPeriods', () => {
  it('has a row for each period an order was open in, and the ending in the last', () => {
    const rows = expandPersonPeriods({ lastPeriod: [2, 1, 2], ending: [FILLED, CANCELLED, 0] }, 5);
    expect([...rows.order]).toEqual([0, 0, 1, 2, 2]);
    expect([...rows.period]).toEqual([1, 2, 1, 1, 2]);
    expect([...rows.filled]).toEqual([0, 1, 0, 0, 0]);
    expect([...rows.cancelled]).toEqual([0, 0, 1, 0, 0]);
  });

  it('counts what ends after the horizon as open there', () => {
    const rows = expandPersonPeriods({ lastPeriod: [3, 2], ending: [FILLED, FILLED] }, 2);
    expect([...rows.period]).toEqual([1, 2, 1, 2]);
    expect([...rows.filled]).toEqual([0, 0, 0, 1]);
  });

  it('refuses orders that are none', () => {
    expect(() => expandPersonPeriods({ lastPeriod: [0], ending: [1] }, 2)).toThrow('order 0 ends in period 0');
    expect(() => expandPersonPeriods({ lastPeriod: [1], ending: [3] }, 2)).toThrow('ending 3');
    expect(() => expandPersonPeriods({ lastPeriod: [1], ending: [] }, 2)).toThrow('1 periods for 0 endings');
    expect(() => expandPersonPeriods({ lastPeriod: [], ending: [] }, 0)).toThrow('horizon');
  });
});

describe('cumulativeIncidence', () => {
  it('adds up to 1 in each period, and never runs backwards', () => {
    const hazard = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(hazard, { maxLength: 40 }), (hazards) => {
        const course = cumulativeIncidence(
          hazards.map(([fill]) => fill),
          hazards.map(([fill, rest]) => (1 - fill) * rest),
        );
        for (const [k, open] of course.open.entries()) {
          expect(Number(course.filled[k]) + Number(course.cancelled[k]) + open).toBeCloseTo(1, 10);
          expect(Number(course.filled[k])).toBeGreaterThanOrEqual(Number(course.filled[k - 1] ?? 0));
          expect(open).toBeLessThanOrEqual(Number(course.open[k - 1] ?? 1));
        }
      }),
    );
  });

  it('refuses hazards that add up to more than 1, or are none', () => {
    expect(() => cumulativeIncidence([0.6], [0.5])).toThrow('period 1');
    expect(() => cumulativeIncidence([Number.NaN], [0])).toThrow('period 1');
    expect(() => cumulativeIncidence([0.5], [])).toThrow(RangeError);
  });
});

describe('fitHazards', () => {
  it('without features gives the shares counted by hand (Aalen-Johansen)', () => {
    const learner = logisticLearner(1e-6);
    const course = orderCourse(fitHazards(ten, [], 3, learner), [], learner);
    // Open after 1: .7. Filled: .2, then + .7 x 3/7 = .5, then + .4 x 1/4 = .6. Cancelled: .1, .1, + .4 x 1/4 = .2.
    for (const [k, value] of [0.2, 0.5, 0.6].entries()) expect(course.filled[k]).toBeCloseTo(value, 4);
    for (const [k, value] of [0.1, 0.1, 0.2].entries()) expect(course.cancelled[k]).toBeCloseTo(value, 4);
    for (const [k, value] of [0.7, 0.4, 0.2].entries()) expect(course.open[k]).toBeCloseTo(value, 4);
  });

  it('finds what drives filling and what drives cancelling in a generated market', () => {
    const random = seededRandom(4);
    const draw = (): { price: number; wait: number } => ({ price: 4 * random() - 2, wait: random() });
    const hazards = ({ price, wait }: { price: number; wait: number }, period: number): [number, number] => {
      const fill = probabilityOf(-1.5 + price - 0.2 * period);
      return [fill, (1 - fill) * probabilityOf(-3 + 2 * wait)];
    };
    const orders = Array.from({ length: 4000 }, draw);
    const endings = orders.map((order) => {
      for (let period = 1; period <= 5; period += 1) {
        const [fill, cancel] = hazards(order, period);
        const at = random();
        if (at < fill) return { period, how: FILLED };
        if (at < fill + cancel) return { period, how: CANCELLED };
      }
      return { period: 5, how: 0 };
    });
    const learner = logisticLearner();
    const model = fitHazards(
      { lastPeriod: endings.map(({ period }) => period), ending: endings.map(({ how }) => how) },
      [orders.map(({ price }) => price), orders.map(({ wait }) => wait)],
      5,
      learner,
    );
    for (const order of [
      { price: 1, wait: 0.2 },
      { price: -1, wait: 0.9 },
    ]) {
      const [fill, cancel] = [1, 2, 3, 4, 5]
        .map((period) => hazards(order, period))
        .reduce<[number[], number[]]>(
          ([fills, cancels], [toFill, toCancel]) => [
            [...fills, toFill],
            [...cancels, toCancel],
          ],
          [[], []],
        );
      const truth = cumulativeIncidence(fill, cancel);
      const found = orderCourse(model, [order.price, order.wait], learner);
      // About 1,000 orders lie near each of these points: a share of .5 errs by .016, four times that is allowed.
      for (let k = 0; k < 5; k += 1) {
        expect(Math.abs(Number(found.filled[k]) - Number(truth.filled[k]))).toBeLessThan(0.06);
        expect(Math.abs(Number(found.cancelled[k]) - Number(truth.cancelled[k]))).toBeLessThan(0.06);
      }
    }
  });

  it('has an answer where nothing was ever filled, for one order, and for a constant column', () => {
    const learner = logisticLearner();
    for (const [spells, columns] of [
      [{ lastPeriod: [3, 3, 3], ending: [0, 0, 0] }, [[1, 1, 1]]],
      [{ lastPeriod: [1], ending: [1] }, [[7]]],
    ] as const) {
      const course = orderCourse(fitHazards(spells, columns, 3, learner), [1], learner);
      for (const share of [...course.filled, ...course.cancelled, ...course.open])
        expect(Number.isFinite(share)).toBe(true);
    }
  });

  it('is the same after a way through JSON, and refuses columns of another length', () => {
    const learner = logisticLearner();
    const model = fitHazards(ten, [], 3, learner);
    expect(orderCourse(JSON.parse(JSON.stringify(model)) as typeof model, [], learner)).toEqual(
      orderCourse(model, [], learner),
    );
    expect(() => fitHazards(ten, [[1]], 3, learner)).toThrow('column 0 has 1 values for 10 orders');
  });
});

describe('fitPartialFills', () => {
  it('without features gives the shares counted by hand', () => {
    const learner = logisticLearner(1e-6);
    const model = fitPartialFills([], [0, 0, 1, 1, 1, 0.5, 0.25, 0], learner);
    const found = expectFill(model, [], learner);
    expect(found.any).toBeCloseTo(5 / 8, 4);
    expect(found.fullGivenAny).toBeCloseTo(3 / 5, 4);
    expect(found.full).toBeCloseTo(3 / 8, 4);
    expect(found.fillRatio).toBeCloseTo(3.75 / 8, 4);
  });

  it('expects on average what happened, for any ratios', () => {
    const ratios = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0.01, max: 0.99, noNaN: true })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(ratios, (given) => {
        const learner = logisticLearner(1e-4);
        const { any, full, fillRatio } = expectFill(fitPartialFills([], given, learner), [], learner);
        expect(fillRatio).toBeCloseTo(given.reduce((sum, ratio) => sum + ratio, 0) / given.length, 2);
        expect(full).toBeLessThanOrEqual(any);
      }),
    );
  });

  it('says what is wrong with its rows', () => {
    const learner = logisticLearner();
    expect(() => fitPartialFills([], [1.2], learner)).toThrow('order 0 is 1.2');
    expect(() => fitPartialFills([[1]], [1, 0], learner)).toThrow('column 0');
    expect(() => fitPartialFills([[Number.NaN, 1]], [1, 0], learner)).toThrow('column 0');
  });
});
