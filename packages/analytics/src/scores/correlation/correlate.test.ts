import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { type CorrelationReport, correlate } from './correlate.js';
import { lackOfFit } from './lack-of-fit.js';
import { loessCurve } from './loess.js';
import { completePairs } from './pairs.js';
import { responseByDecile } from './response-by-decile.js';

type Measured = Extract<CorrelationReport, { kind: 'measured' }>;

const random = seededRandom(11);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const columns = (rows: number, response: (x: number) => number): [number[], number[]] => {
  const x = Array.from({ length: rows }, normal);
  return [x, x.map(response)];
};
const report = ([x, y]: [number[], number[]], halves = 40): Measured => {
  const found = correlate(x, y, { seed: 1, halves });
  if (found.kind !== 'measured') throw new Error(found.reason);
  return found;
};

describe('correlate', () => {
  it('says that a line misleads where the response turns', () => {
    const found = report(columns(1500, (x) => x * x + normal()));
    expect(found.lineMisleads).toBe(true);
    expect(Math.abs(found.measures.pearson?.value ?? 1)).toBeLessThan(0.2);
    expect(found.measures.xi?.equivalentLow).toBeGreaterThan(0.3);
  });

  it('says so where the response bends, though it always rises', () => {
    expect(report(columns(1500, (x) => Math.exp(2 * x) + normal() / 10)).lineMisleads).toBe(true);
  });

  it('says so of a success that is likeliest at a middling price', () => {
    const found = report(columns(3000, (x) => (random() < 0.8 * Math.exp(-2 * x * x) ? 1 : 0)));
    expect(found.lineMisleads).toBe(true);
  });

  it('does not say so of lines, steep, faint or exact, nor of nothing', () => {
    for (const response of [
      (x: number) => 2 * x + normal(),
      (x: number) => -0.1 * x + normal(),
      (x: number) => 3 * x - 1,
      () => normal(),
    ]) {
      expect(report(columns(800, response)).lineMisleads).toBe(false);
    }
  });

  it('covers the correlation of normal columns as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 60; trial += 1) {
      const { pearson } = report(
        columns(80, (x) => 0.6 * x + 0.8 * normal()),
        30,
      ).measures;
      if (pearson && pearson.low <= 0.6 && 0.6 <= pearson.high) covered += 1;
    }
    // Binomial(60, .95) lies in 50..60 with 99.9 %.
    expect(covered).toBeGreaterThanOrEqual(50);
    expect(covered).toBeLessThan(60);
  });

  it('leaves out missing rows, and says how many', () => {
    const [x, y] = columns(100, (value) => value + normal());
    expect(correlate([...x, Number.NaN, 1], [...y, 1, Number.NaN], { seed: 1, halves: 10 })).toMatchObject({
      rows: 100,
      leftOut: 2,
    });
  });

  it('refuses what it cannot measure, with the reason', () => {
    const ramp = Array.from({ length: 50 }, (_, i) => i);
    const flat = ramp.map(() => 3);
    expect(correlate(ramp.slice(0, 39), flat.slice(0, 39), { seed: 1 })).toMatchObject({ reason: 'too_few_rows' });
    expect(correlate(flat, ramp, { seed: 1 })).toMatchObject({ reason: 'x_constant' });
    expect(correlate(ramp, flat, { seed: 1 })).toMatchObject({ reason: 'y_constant' });
    expect(() => correlate([1], [], { seed: 1 })).toThrow(RangeError);
    expect(() => correlate(ramp, ramp, { seed: 1, halves: 2 })).toThrow(RangeError);
  });

  it('says the same for the same seed, and holds no number that is none, whatever the columns', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 40, maxLength: 60 }), (rows) => {
        const [x, y] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        const found = correlate(x, y, { seed: 5, halves: 10 });
        expect(correlate(x, y, { seed: 5, halves: 10 })).toEqual(found);
        JSON.stringify(found, (key, entry: unknown) => {
          expect(typeof entry !== 'number' || Number.isFinite(entry), key).toBe(true);
          return entry;
        });
      }),
      { numRuns: 15 },
    );
  });
});

describe('lackOfFit', () => {
  it('takes chance for a bend as often as it says', () => {
    let claims = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const fit = lackOfFit(completePairs(...columns(200, (x) => 2 * x + normal())));
      if (fit && fit.pValue < 0.1) claims += 1;
    }
    // Binomial(200, .1): 20, four standard deviations are 17; the chi-square limit claims a little more.
    expect(claims).toBeGreaterThan(3);
    expect(claims).toBeLessThan(40);
  });

  it('finds the share of the variance that a bend explains', () => {
    // x even over -1..1: its square has variance 4/45, of which the deciles leave 4 x .33 x .2^2 / 12; as much noise again.
    const x = Array.from({ length: 5000 }, () => 2 * random() - 1);
    const y = x.map((value) => value * value + Math.sqrt(4 / 45) * normal());
    const expected = (1 - 0.0044 / (4 / 45)) / 2;
    expect(Math.abs(Number(lackOfFit(completePairs(x, y))?.share) - expected)).toBeLessThan(0.04);
  });

  it('has nothing to say of an exact line, a constant x, or two bins', () => {
    expect(lackOfFit(completePairs([1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12]), 3)).toBeNull();
    expect(lackOfFit(completePairs([1, 1, 1, 1], [1, 2, 3, 4]))).toBeNull();
    expect(lackOfFit(completePairs([0, 1, 0, 1], [1, 2, 3, 4]))).toBeNull();
  });
});

describe('responseByDecile', () => {
  it('has the mean of each tenth with its interval', () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => i);
    const deciles = responseByDecile({ x, y: x.map((value) => (value < 55 ? 0 : 1)) });
    expect(deciles).toHaveLength(10);
    expect(deciles[5]).toMatchObject({ fromX: 50, toX: 59, meanX: 54.5, rows: 10, mean: 0.5 });
    // Wilson's formula for 5 of 10, z = 1.959964, in double precision outside of this code.
    expect(deciles[5]?.low).toBeCloseTo(0.23659309, 7);
    expect(deciles[5]?.high).toBeCloseTo(0.76340691, 7);
  });

  it('keeps equal values together and loses no row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 80 }), (values) => {
        const deciles = responseByDecile({ x: Float64Array.from(values), y: Float64Array.from(values, (v) => v / 2) });
        expect(deciles.reduce((sum, bin) => sum + bin.rows, 0)).toBe(values.length);
        for (const [i, bin] of deciles.entries()) {
          expect(bin.fromX).toBeGreaterThan(deciles[i - 1]?.toX ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });
});

describe('loessCurve', () => {
  it('is the line where the rows lie on one, however they are spread', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }), (values) => {
        const x = Float64Array.from(values);
        for (const point of loessCurve({ x, y: x.map((value) => 3 - 2 * value) })) {
          expect(point.y).toBeCloseTo(3 - 2 * point.x, 6);
        }
      }),
    );
  });

  it('is right by hand for three rows', () => {
    // At x = 0 with all rows near: the outer two have weight 0 at the reach of 1, so only the row itself counts.
    const curve = loessCurve({ x: Float64Array.of(-1, 0, 1), y: Float64Array.of(5, 1, 9) }, 1);
    expect(curve.map(({ x }) => x)).toEqual([-1, 0, 1]);
    expect(curve[1]?.y).toBeCloseTo(1, 12);
    // At x = -1 the reach is 2: weights 1, (1 - 1/8)^3, 0, and a line through two rows goes through both.
    expect(curve[0]?.y).toBeCloseTo(5, 12);
  });

  it('follows a bend, and refuses spans that are none', () => {
    const x = Float64Array.from({ length: 400 }, (_, i) => i / 200 - 1);
    const curve = loessCurve({ x, y: x.map((value) => value * value) }, 0.2);
    for (const point of curve) expect(Math.abs(point.y - point.x ** 2)).toBeLessThan(0.02);
    expect(() => loessCurve({ x, y: x }, 0)).toThrow(RangeError);
    expect(loessCurve({ x: new Float64Array(), y: new Float64Array() })).toEqual([]);
  });
});
