import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { chatterjeeXi } from './chatterjee-xi.js';
import { distanceCorrelation } from './distance-correlation.js';
import { equivalentOfDistance, equivalentOfInformation, equivalentOfXi } from './gaussian-equivalent.js';
import { kendallTau } from './kendall.js';
import { mutualInformation } from './mutual-information.js';
import { completePairs, type Pairs } from './pairs.js';
import { pearson, spearman } from './pearson.js';

/*
 * numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1:
 *   i = np.arange(50); x = ((i * 37) % 101) / 10; y = np.round((x - 5)**2 + ((i * 53) % 17) / 2); xt = np.floor(x)
 *   stats.pearsonr, spearmanr, kendalltau (tau-b), chatterjeexi of (x, y), and the first three of (xt, y)
 * Distance correlation by its definition on the double-centred matrices of scipy.spatial.distance.pdist, and U-centred.
 * Mutual information: the same with i = np.arange(400), u = ((i * 37) % 401) / 40, v made of u as y of x, in six bins of
 *   np.histogram2d(rankdata(u) - .5, rankdata(v) - .5), mutual_info_score(None, None, contingency=c) - 25 / 800
 */
const made = (rows: number, modulus: number, scale: number): Pairs => {
  const x = Float64Array.from({ length: rows }, (_, i) => ((i * 37) % modulus) / scale);
  return { x, y: x.map((value, i) => roundHalfEven((value - 5) ** 2 + ((i * 53) % 17) / 2)) };
};
const curved = made(50, 101, 10);
const tied: Pairs = { x: curved.x.map(Math.floor), y: curved.y };

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** Whole numbers, so that ties are many and sums exact. */
const pairs = fc
  .array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })), { minLength: 0, maxLength: 30 })
  .map((rows): Pairs => ({ x: Float64Array.from(rows, ([x]) => x), y: Float64Array.from(rows, ([, y]) => y) }));

describe('pearson, spearman and kendall', () => {
  it('give the numbers of scipy', () => {
    expect(pearson(curved)).toBeCloseTo(0.017606659152289934, 12);
    expect(spearman(curved)).toBeCloseTo(0.015633667698454395, 12);
    expect(kendallTau(curved)).toBeCloseTo(0.015809882930056873, 12);
  });

  it('give them with ties in both columns', () => {
    expect(pearson(tied)).toBeCloseTo(0.03145539983892491, 12);
    expect(spearman(tied)).toBeCloseTo(0.011960325174059849, 12);
    expect(kendallTau(tied)).toBeCloseTo(0.011267809055059272, 12);
  });

  it('count pairs as the definition of tau-b does', () => {
    fc.assert(
      fc.property(pairs, ({ x, y }) => {
        let [concordant, ofX, ofY] = [0, 0, 0];
        for (const a of x.keys()) {
          for (const b of x.keys()) {
            const [dx, dy] = [Math.sign(Number(x[a]) - Number(x[b])), Math.sign(Number(y[a]) - Number(y[b]))];
            concordant += dx * dy;
            ofX += dx * dx;
            ofY += dy * dy;
          }
        }
        const tau = kendallTau({ x, y });
        if (ofX * ofY === 0) expect(tau).toBeNull();
        else expect(tau).toBeCloseTo(concordant / Math.sqrt(ofX * ofY), 10);
      }),
    );
  });

  it('have no value for a constant column, one row, or none', () => {
    for (const measure of [pearson, spearman, kendallTau]) {
      expect(measure({ x: Float64Array.of(1, 1, 1), y: Float64Array.of(1, 2, 3) })).toBeNull();
      expect(measure({ x: Float64Array.of(1), y: Float64Array.of(2) })).toBeNull();
      expect(measure({ x: new Float64Array(), y: new Float64Array() })).toBeNull();
    }
  });
});

describe('distanceCorrelation', () => {
  it('gives the numbers of the definition', () => {
    expect(distanceCorrelation(curved)?.value).toBeCloseTo(0.47407258328211577, 10);
    expect(distanceCorrelation(curved)?.unbiasedSquare).toBeCloseTo(0.17807077885026495, 10);
    expect(distanceCorrelation(tied)?.value).toBeCloseTo(0.47248949396626577, 10);
    expect(distanceCorrelation(tied)?.unbiasedSquare).toBeCloseTo(0.17737545198071453, 10);
  });

  it('gives them for any rows, ties and all', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const [found, expected] = [distanceCorrelation(given)?.value, byDefinition(given)];
        if (Number.isNaN(expected)) expect(found).toBeUndefined();
        else expect(Number(found) ** 2).toBeCloseTo(expected ** 2, 8);
      }),
    );
  });

  it('does not change when columns are moved or stretched, however far', () => {
    const moved: Pairs = { x: curved.x.map((x) => 1e6 + 3 * x), y: curved.y.map((y) => -2 * y) };
    expect(distanceCorrelation(moved)?.value).toBeCloseTo(0.47407258328211577, 6);
  });

  it('is 1 for a straight line, and has no unbiased square below four rows', () => {
    const line = distanceCorrelation({ x: Float64Array.of(1, 2, 5), y: Float64Array.of(-1, -2, -5) });
    expect(line?.value).toBeCloseTo(1, 10);
    expect(line?.unbiasedSquare).toBeNull();
  });
});

describe('chatterjeeXi', () => {
  it('gives the number of scipy', () => {
    expect(chatterjeeXi(curved, seededRandom(1))).toBeCloseTo(0.5894628806021212, 12);
  });

  it('is right by hand', () => {
    // y in order of x is 1, 2, 3, 4: 1 - n 3 / (2 (4*0 + 3*1 + 2*2 + 1*3)) = 1 - 12/20.
    expect(chatterjeeXi({ x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(1, 2, 3, 4) }, Math.random)).toBe(0.4);
  });

  it('is about 0 for independent columns and near 1 for a wave, which it tells from its reverse', () => {
    const random = seededRandom(2);
    const x = Float64Array.from({ length: 2000 }, () => random());
    const wave = { x, y: x.map((value) => Math.sin(20 * value)) };
    // Under independence its standard deviation is sqrt(2/5/n) = .014.
    expect(Math.abs(Number(chatterjeeXi({ x, y: x.map(() => random()) }, random)))).toBeLessThan(0.057);
    expect(chatterjeeXi(wave, random)).toBeGreaterThan(0.95);
    expect(chatterjeeXi({ x: wave.y, y: wave.x }, random)).toBeLessThan(0.6);
  });

  it('breaks ties of x by lot, so that the order of the rows is no matter', () => {
    // One x alone says nothing of y, though y rises row by row.
    const x = new Float64Array(1000);
    const rising = x.map((_, row) => row);
    expect(Math.abs(Number(chatterjeeXi({ x, y: rising }, seededRandom(3))))).toBeLessThan(0.08);
  });

  it('has no value for a constant y', () => {
    expect(chatterjeeXi({ x: Float64Array.of(1, 2), y: Float64Array.of(1, 1) }, Math.random)).toBeNull();
  });
});

describe('mutualInformation', () => {
  it('gives the number of scikit-learn, less the bias', () => {
    expect(mutualInformation(made(400, 401, 40))).toBeCloseTo(0.6587439116555125, 10);
  });

  it('is about 0 for independent columns, and what the bins can hold for equal ones', () => {
    const random = seededRandom(4);
    const x = Float64Array.from({ length: 4000 }, () => random());
    expect(mutualInformation({ x, y: x.map(() => random()) })).toBeLessThan(0.01);
    expect(mutualInformation({ x, y: x })).toBeCloseTo(Math.log(10) - 81 / 8000, 3);
  });

  it('has no value where a column falls into one bin', () => {
    expect(mutualInformation({ x: Float64Array.of(1, 1, 1, 1), y: Float64Array.of(1, 2, 3, 4) })).toBeNull();
  });
});

describe('the equivalents', () => {
  it('give back |r| for normal columns', () => {
    const random = seededRandom(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const r of [0.3, 0.7]) {
      const x = Float64Array.from({ length: 6000 }, normal);
      const given = { x, y: x.map((value) => r * value + Math.sqrt(1 - r * r) * normal()) };
      expect(Math.abs(equivalentOfDistance(Number(distanceCorrelation(given)?.unbiasedSquare)) - r)).toBeLessThan(0.04);
      expect(Math.abs(equivalentOfXi(Number(chatterjeeXi(given, random))) - r)).toBeLessThan(0.08);
      expect(Math.abs(equivalentOfInformation(Number(mutualInformation(given))) - r)).toBeLessThan(0.05);
    }
  });

  it('hold 0 and 1', () => {
    for (const equivalent of [equivalentOfDistance, equivalentOfXi]) {
      expect(equivalent(0)).toBeCloseTo(0, 6);
      expect(equivalent(1)).toBeCloseTo(1, 6);
      expect(equivalent(-0.2)).toBeCloseTo(0, 6);
    }
  });
});

describe('completePairs', () => {
  it('leaves out rows with a missing value', () => {
    const { x, y } = completePairs([1, Number.NaN, 3, 4, 1e200], [1, 2, Number.POSITIVE_INFINITY, 4, 5]);
    expect([[...x], [...y]]).toEqual([
      [1, 4],
      [1, 4],
    ]);
    expect(() => completePairs([1], [])).toThrow('1 values beside 0');
  });
});

function byDefinition({ x, y }: Pairs): number {
  const centred = (values: Float64Array): number[][] => {
    const distances = [...values].map((a) => [...values].map((b) => Math.abs(a - b)));
    const means = distances.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    return distances.map((row, i) => row.map((value, j) => value - Number(means[i]) - Number(means[j]) + mean));
  };
  const [a, b] = [centred(x), centred(y)];
  const product = (one: number[][], other: number[][]): number =>
    one.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * Number(other[i]?.[j]), 0), 0);
  const scale = Math.sqrt(product(a, a) * product(b, b));
  return scale > 0 ? Math.sqrt(Math.max(0, product(a, b) / scale)) : Number.NaN;
}
