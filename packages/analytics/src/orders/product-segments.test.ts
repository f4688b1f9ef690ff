import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/seeded-random.js';
import { type OrderMoment, segmentProducts } from './product-segments.js';

const HOUR_MS = 3_600_000;
const DAYS = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09'];

/** So many orders on each day, spread over six hours or within a minute of each hour's turn. */
function ordersOf(productId: string, counts: readonly number[], shape: 'spread' | 'crowds'): OrderMoment[] {
  const random = seededRandom(7);
  return counts.flatMap((count, i) =>
    Array.from({ length: count }, (): OrderMoment => {
      const within = random() * 6 * HOUR_MS;
      const crowded = Math.floor(within / (3 * HOUR_MS)) * 3 * HOUR_MS + random() * 60_000;
      const day = DAYS[i] ?? '';
      return { productId, day, placedAt: Date.parse(day) + (shape === 'spread' ? within : crowded) };
    }),
  );
}

describe('product segments', () => {
  it('tell dispersion over days and eruptions within them apart', () => {
    const found = segmentProducts([
      ...ordersOf('A', [40, 38, 42, 40, 41], 'spread'),
      ...ordersOf('B', [40, 38, 42, 40, 41], 'crowds'),
      ...ordersOf('C', [100, 2, 0, 90, 1], 'spread'),
      ...ordersOf('D', [100, 2, 0, 90, 1], 'crowds'),
    ]);
    expect(found.map(({ productId, segment }) => [productId, segment])).toEqual([
      ['A', 'steady'],
      ['B', 'pulsing'],
      ['C', 'dispersed'],
      ['D', 'eruptive'],
    ]);
    const [a] = found;
    expect(a?.burstiness).toMatchObject({ kind: 'measured', value: expect.closeTo(0, 0) }); // chance; nights are in no gap
  });

  it('reckon dispersion as the squared coefficient of variation of daily orders, empty days with them', () => {
    const [one] = segmentProducts([...ordersOf('A', [8, 0, 4], 'spread'), ...ordersOf('B', [0, 1, 0], 'spread')]);
    // Counts 8, 0, 4: mean 4, variance 32 / 3.
    expect(one?.dispersion).toEqual({ kind: 'measured', value: expect.closeTo(32 / 3 / 16, 12) });
  });

  it('say nothing of a product with few orders or days, of orders of one moment, or of none', () => {
    expect(segmentProducts([])).toEqual([]);
    expect(segmentProducts(ordersOf('A', [20, 20], 'spread'))[0]).toMatchObject({ segment: undefined });
    expect(segmentProducts(ordersOf('A', [3, 3, 3], 'spread'))[0]).toMatchObject({ segment: undefined });
    const atOnce = DAYS.flatMap((day) =>
      Array.from({ length: 5 }, (): OrderMoment => ({ productId: 'A', day, placedAt: Date.parse(day) })),
    );
    expect(segmentProducts(atOnce)[0]).toMatchObject({
      burstiness: { kind: 'absent', reason: 'no_events' },
      segment: undefined,
    });
  });
});
