import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import type { Portrait } from '../success/portrait.js';
import { findCalibrationDrift, findInputDrift, GROUPS_PER_FALSE_ALARM } from './find-drift.js';
import type { SeenOutcome } from './seen-outcome.js';

interface World {
  readonly orders?: number;
  /** Added to the log-odds of what is told, as it truly is. */
  readonly shift?: number;
  readonly edge?: (random: () => number) => number | null;
}

const uniform = (random: () => number) => random() - 0.5;

/** Six products, some orders an hour; orders of one product and hour mostly end alike. */
function outcomesOf(seed: number, { orders = 1_000, shift = 0, edge = uniform }: World = {}, from = 0): SeenOutcome[] {
  const random = seededRandom(seed);
  const fates = new Map<string, number>();
  return Array.from({ length: orders }, (_, at) => {
    const group = `P${Math.floor(6 * random())} ${Math.floor((from + at) / 8)}`;
    const fate = fates.get(group) ?? random();
    fates.set(group, fate);
    const probability = 0.3 + 0.6 * random();
    const odds = Math.log(probability / (1 - probability)) + shift;
    const any = (random() < 0.7 ? fate : random()) < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
    const told = { decidedAt: from + at, probability, by: 'v1', steady: [edge(random), null] };
    return { group, any, full: any, said: { any: probability, full: probability }, rivals: {}, told };
  });
}

/** 120 rows in each of ten bins of -0.5 to 0.5, none missing. */
const edges = Array.from({ length: 9 }, (_, at) => (at - 4) / 10);
const steps = [...edges, 0.5, Number.NaN].map((edge) => ({
  value: String(edge),
  rows: Number.isNaN(edge) ? 0 : 120,
  points: null,
}));
const portrait: Portrait = { features: [{ name: 'price_edge', edges, steps }], scores: { edges: [], rows: [] } };

describe('findCalibrationDrift', () => {
  it('is quiet as long as what was told is right, though orders of a product and an hour end alike', () => {
    const found = Array.from({ length: 100 }, (_, seed) => findCalibrationDrift(outcomesOf(seed)));
    expect(found.filter(Boolean)).toEqual([]);
  });

  it.each([-1, 1])('finds within 400 orders that they go through otherwise by %d in log-odds', (shift) => {
    for (let seed = 0; seed < 20; seed++) {
      const before = outcomesOf(seed, { orders: 500 });
      const found = findCalibrationDrift([...before, ...outcomesOf(seed + 100, { orders: 400, shift }, 500)]);
      if (!found) throw new Error(`not found with seed ${seed}`);
      const { firstMs, lastMs, groups, orders, surprise, observed, expectedLow, expectedHigh } = found;
      expect(lastMs).toBeLessThan(900);
      expect(firstMs).toBeGreaterThan(200);
      expect(surprise).toBeGreaterThanOrEqual(Math.log(GROUPS_PER_FALSE_ALARM));
      expect(groups).toBeLessThanOrEqual(orders);
      expect(shift > 0 ? observed > expectedHigh : observed < expectedLow).toBe(true);
    }
  });

  it('takes many orders of one product and hour for one', () => {
    const rush = outcomesOf(1, { orders: 300, shift: -9 }).map((one) => ({ ...one, group: 'P1 0' }));
    expect(findCalibrationDrift(rush)).toBeUndefined();
  });

  it('leaves out orders of which nobody wrote down what was told', () => {
    const drifted = outcomesOf(1, { shift: 2 });
    expect(findCalibrationDrift(drifted)).toBeDefined();
    expect(findCalibrationDrift(drifted.map(({ told: _, ...former }) => former))).toBeUndefined();
  });
});

describe('findInputDrift', () => {
  it('is quiet as long as orders are like those learnt from', () => {
    const found = Array.from({ length: 100 }, (_, seed) => findInputDrift(outcomesOf(seed), 'v1', portrait));
    expect(found.filter(Boolean)).toEqual([]);
  });

  it('finds a column that moves or goes missing, and says where it was and is', () => {
    const moved = outcomesOf(1, { orders: 200, edge: (random) => uniform(random) + 0.8 });
    const found = findInputDrift(moved, 'v1', portrait);
    expect(found).toMatchObject({ metric: 'price_edge', expectedLow: -0.4, expectedHigh: 0.4 });
    expect(found?.observed).toBeGreaterThan(0.5);
    const gone = findInputDrift(outcomesOf(1, { orders: 200, edge: () => null }), 'v1', portrait);
    expect(gone).toMatchObject({ metric: 'share without price_edge', observed: 1, expectedLow: 0, expectedHigh: 0 });
  });

  it('looks at orders that this model was told all of, and at no model without a portrait', () => {
    const gone = outcomesOf(1, { orders: 200, edge: () => null });
    expect(findInputDrift(gone, 'v2', portrait)).toBeUndefined();
    expect(findInputDrift(gone, 'v1', undefined)).toBeUndefined();
    const uncertain = gone.map((one) => ({ ...one, told: one.told && { ...one.told, steady: null } }));
    expect(findInputDrift(uncertain as SeenOutcome[], 'v1', portrait)).toBeUndefined();
  });
});
