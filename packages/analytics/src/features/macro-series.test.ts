import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/seeded-random.js';
import { createMacroSeries, type MacroValue } from './macro-series.js';

const DAY_MS = 86_400_000;
const day = (number: number) => number * DAY_MS;
const point = (known: number, period: number, value: number, revision = 0): MacroValue => ({
  knownAtMs: day(known),
  periodAtMs: day(period),
  value,
  revision,
});

/** The definition word for word: whatever is known by then, of periods that have begun. */
function bySearch(values: readonly MacroValue[], atMs: number): MacroValue | undefined {
  const known = values.filter(({ knownAtMs, periodAtMs }) => knownAtMs <= atMs && periodAtMs <= atMs);
  return known
    .toSorted(
      (a, b) =>
        a.periodAtMs - b.periodAtMs || a.revision - b.revision || a.knownAtMs - b.knownAtMs || a.value - b.value,
    )
    .at(-1);
}

describe('a macro series', () => {
  it('gives a decision what was known at its moment, and how old that was', () => {
    const series = createMacroSeries([point(20, 0, 3.45), point(51, 31, 3.35)]);
    expect(series.asOf(day(20) - 1)).toBeUndefined();
    expect(series.asOf(day(20))).toEqual({ ...point(20, 0, 3.45), knownAgeMs: 0, periodAgeMs: day(20) });
    expect(series.asOf(day(51) - 1)?.value).toBe(3.45);
    expect(series.asOf(day(400))).toMatchObject({ value: 3.35, knownAgeMs: day(349), periodAgeMs: day(369) });
  });

  it('takes a correction from when it was published, never before, and keeps what was said first', () => {
    const values = [point(10, 0, 100), point(40, 30, 102), point(45, 30, 101, 1), point(50, 0, 99, 1)];
    const series = createMacroSeries(values);
    expect([10, 44, 45, 60].map((at) => series.asOf(day(at))?.value)).toEqual([100, 102, 101, 101]);
    expect(series.revisionsOf(day(0)).map(({ value }) => value)).toEqual([100, 99]);
    expect(series.revisionsOf(day(7))).toEqual([]);
  });

  it('does not use a value before its period has begun, though it is known', () => {
    const series = createMacroSeries([point(0, 0, 3.45), point(5, 30, 3.35)]);
    expect([5, 29, 30].map((at) => series.asOf(day(at))?.value)).toEqual([3.45, 3.45, 3.35]);
  });

  it('is the definition for 200 series made by seed, in any order, with copies, corrections and words at once', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const whole = (below: number) => Math.floor(random() * below);
      const values = Array.from({ length: 1 + whole(30) }, () =>
        point(whole(40), whole(40), whole(5), random() < 0.3 ? 1 + whole(2) : 0),
      );
      const series = createMacroSeries([...values, ...values.slice(0, 3)]);
      for (let at = -1; at <= 42; at++) {
        const found = series.asOf(day(at));
        const { knownAgeMs: _known, periodAgeMs: _period, ...value } = found ?? {};
        expect(found ? value : undefined, `seed ${seed}, day ${at}`).toEqual(bySearch(values, day(at)));
      }
    }
  });

  it('leaves out what is no number, and has no value at no time', () => {
    const series = createMacroSeries([point(1, 1, Number.NaN), point(Number.POSITIVE_INFINITY, 1, 2), point(1, 1, 5)]);
    expect(series.refused).toBe(2);
    expect(series.asOf(day(2))?.value).toBe(5);
    expect(series.asOf(Number.NaN)).toBeUndefined();
    expect(createMacroSeries([]).asOf(0)).toBeUndefined();
  });
});
