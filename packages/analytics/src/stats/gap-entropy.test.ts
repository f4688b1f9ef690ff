import { describe, expect, it } from 'vitest';
import { correctedConditionalEntropyBits, gapEntropyBits } from './gap-entropy.js';
import { absent, type Measure, measured } from './outcome.js';
import { periodStrength } from './periodicity.js';
import { seededRandom } from './seeded-random.js';

const numberOf = (one: Measure) => (one.kind === 'measured' ? one.value : Number.NaN);

describe('entropy of gaps', () => {
  it('counts doublings: gaps within one doubling are alike', () => {
    expect(gapEntropyBits([4, 5, 6, 7])).toEqual(measured(0));
    expect(gapEntropyBits([0, 1, 2, 4])).toEqual(measured(2)); // four bins, one each
    // 3 of 4 in one bin: -(3/4 log2 3/4 + 1/4 log2 1/4).
    expect(numberOf(gapEntropyBits([4, 5, 6, 8]))).toBeCloseTo(0.8112781244591328, 12);
  });

  it('is absent for what is no list of gaps', () => {
    expect(gapEntropyBits([1])).toEqual(absent('too_few_events'));
    expect(gapEntropyBits([1, -2])).toEqual(absent('negative'));
  });
});

describe('corrected conditional entropy', () => {
  it('is 0 for a pattern that repeats, though its gaps are all kinds, and high for chance', () => {
    const pattern = Array.from({ length: 200 }, (_, i) => [10, 2_000, 300, 40_000, 90][i % 5] ?? 0);
    expect(numberOf(correctedConditionalEntropyBits(pattern))).toBeLessThan(0.01);
    const random = seededRandom(3);
    const chance = Array.from({ length: 2_000 }, () => random() * 1_000);
    expect(numberOf(correctedConditionalEntropyBits(chance))).toBeGreaterThan(2);
  });

  it('is that of its definition on a list reckoned by hand', () => {
    // Ten gaps in two values, a b a b ...: bins of equal counts hold 5 and 5, so the first entropy is 1 bit. Of nine pairs
    // five are ab and four ba: 0.99107606 bits, less than the first, so that the second gap costs max(0, -0.009) + 0 unique.
    const gaps = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 1 : 9));
    expect(correctedConditionalEntropyBits(gaps)).toEqual(measured(0));
    // a a a a a b b b b b: pairs aa 4, ab 1, bb 4; joint 1.39214722, less 1, and one of nine pairs is seen once: 1/9 of 1 bit.
    // Longer patterns: aaa 3, aab 1, abb 1, bbb 3 has joint 1.81127812, .41913090 more, and 2 of 8 seen once: .669.
    const once = [...new Array<number>(5).fill(1), ...new Array<number>(5).fill(9)];
    expect(numberOf(correctedConditionalEntropyBits(once))).toBeCloseTo(0.3921472236645345 + 1 / 9, 9);
  });

  it('is 0 for a clock and absent below ten gaps', () => {
    expect(correctedConditionalEntropyBits(new Array(12).fill(5))).toEqual(measured(0));
    expect(correctedConditionalEntropyBits([1, 2, 3])).toEqual(absent('too_few_events'));
  });
});

describe('the strength of a period', () => {
  it('is near 1 for a jittering clock that skips a beat now and then, and small for chance', () => {
    const random = seededRandom(5);
    const clock = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 120_000 : 60_000) + random() * 2_000);
    expect(numberOf(periodStrength(clock))).toBeGreaterThan(0.98);
    const chance = Array.from({ length: 400 }, () => -60_000 * Math.log(1 - random()));
    expect(numberOf(periodStrength(chance))).toBeLessThan(0.3);
  });

  it('is that of its definition: gaps of 3 and 4 s at a median of 4 s', () => {
    // Phases 3/4 and 0 of the circle, four and five times: |5 - 4i| / 9 at 4 s; at 3.05 s less, at 1 s all agree.
    expect(periodStrength([3_000, 4_000, 3_000, 4_000, 3_000, 4_000, 3_000, 4_000, 4_000])).toMatchObject({
      value: expect.closeTo(1, 6),
    });
  });

  it('is that of the best of all periods, though most are given up half way', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 20; round++) {
      const gaps = Array.from({ length: 8 + round }, () => Math.round(1_000 * random() ** 2 * 60));
      const median = [...gaps].sort((a, b) => a - b);
      const middle = (gaps.length - 1) / 2;
      let best = 0;
      let period = ((median[Math.floor(middle)] ?? 0) + (median[Math.ceil(middle)] ?? 0)) / 2;
      for (; period >= 1_000; period /= 2 ** (1 / 36)) {
        const turns = gaps.map((gap) => (2 * Math.PI * gap) / period);
        const length = Math.hypot(
          turns.reduce((sum, turn) => sum + Math.cos(turn), 0),
          turns.reduce((sum, turn) => sum + Math.sin(turn), 0),
        );
        best = Math.max(best, length / gaps.length);
      }
      expect(numberOf(periodStrength(gaps))).toBeCloseTo(best, 12);
    }
  });

  it('is absent where no period could show', () => {
    expect(periodStrength([])).toEqual(absent('no_events'));
    expect(periodStrength([1, 2, 3])).toEqual(absent('too_few_events'));
    expect(periodStrength([...new Array(20).fill(5_000), -1])).toEqual(absent('negative'));
    expect(periodStrength(new Array(20).fill(5))).toEqual(absent('too_few_events'));
    expect(periodStrength([...new Array(20).fill(5), Number.NaN])).toEqual(absent('not_finite'));
  });
});
