import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { scalingOf, USUAL_SCALE } from '../scorecard/points-scale.js';
import type { CustomerColumns } from './customer-columns.js';
import { evenBins } from './even-bins.js';
import { type CustomerModel, fitCustomer } from './fit-customer.js';
import { openCustomer } from './open-customer.js';
import type { OrderColumns } from './order-columns.js';
import type { DecidedOrder } from './order-history.js';

/** Orders of customers whose success depends on what they came to before, and on nothing else. */
function ordersOf(count: number, successOf: (columns: CustomerColumns) => number): DecidedOrder[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, (_, at): DecidedOrder => {
    const columns = {
      trades_settled: Math.floor(20 * random()),
      orders_placed: Math.floor(30 * random()),
      own_success: random(),
      own_cancelled: random() / 2,
      reputation: random() < 0.2 ? null : random(),
    } as OrderColumns; // a card looks at nothing else
    const filled = random() < successOf(columns);
    return {
      orderId: `o-${at}`,
      userId: `u-${at}`,
      productId: 'P',
      side: 'sell',
      placedAt: at,
      columns,
      outcome: { fillRatio: filled ? 1 : 0, firstFillAt: undefined, endedAt: at, how: filled ? 'filled' : 'expired' },
      resolved: true,
    };
  });
}

function cardOf(orders: readonly DecidedOrder[]): CustomerModel {
  const fit = fitCustomer(orders, { seed: 3 });
  if (fit.kind === 'refused') throw new Error(fit.reason);
  return fit.card;
}

const typical = { trades_settled: 10, orders_placed: 15, own_success: 0.5, own_cancelled: 0.25, reputation: 0.5 };

describe('the card of a customer', () => {
  const orders = ordersOf(4_000, ({ own_success, own_cancelled }) => 0.2 + 0.7 * own_success - 0.3 * own_cancelled);
  const card = cardOf(orders);
  const score = openCustomer(card);
  const share = orders.filter(({ outcome }) => outcome.fillRatio > 0).length / orders.length;

  it('gives more points for filled orders and fewer for cancelled ones, everywhere', () => {
    const steps = Array.from({ length: 21 }, (_, at) => at / 20);
    const bySuccess = steps.map((own_success) => score({ ...typical, own_success }).points);
    const byCancelled = steps.map((step) => score({ ...typical, own_cancelled: step / 2 }).points);
    expect(bySuccess).toEqual(bySuccess.toSorted((a, b) => a - b));
    expect(byCancelled).toEqual(byCancelled.toSorted((a, b) => b - a));
    expect((bySuccess.at(-1) ?? 0) - (bySuccess[0] ?? 0)).toBeGreaterThan(50);
    expect(score({ ...typical, own_success: 0.05 }).reasons[0]?.text).toMatch(
      /^Of the customer's earlier orders about 5 % were filled\. It costs \d+ points\.$/,
    );
  });

  it('cuts points into bands, each with what came of it among orders the card had not seen', () => {
    expect(card.bands.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(card.bands.reduce((sum, { orders: own }) => sum + own, 0)).toBe(orders.length);
    const shares = card.bands.map(({ success }) => success);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    const from = card.bands.map(({ fromPoints }) => fromPoints ?? Number.NEGATIVE_INFINITY);
    expect(from).toEqual(from.toSorted((a, b) => b - a));
    expect(card.bands.at(-1)?.fromPoints).toBeNull();
    for (const { decision, interval } of card.bands) {
      expect(decision).toBe(interval.low > share ? 'accept' : interval.high < share ? 'decline' : 'refer');
    }
    expect(score({ ...typical, own_success: 1, own_cancelled: 0 })).toMatchObject({ band: 'A', decision: 'accept' });
    expect(score({ ...typical, own_success: 0, own_cancelled: 0.5 })).toMatchObject({ band: 'E', decision: 'decline' });
    expect(score({ ...typical, reputation: null }).points).toBeGreaterThan(0);
  });

  it('has an interval that is no narrower where the calibration is flat', () => {
    const widths = Array.from({ length: 21 }, (_, at) => score({ ...typical, own_success: at / 20 })).map(
      ({ low, probability, high }) => {
        expect(low <= probability && probability <= high).toBe(true);
        return high - low;
      },
    );
    expect(Math.min(...widths)).toBeGreaterThan(0.02); // 4,000 orders on a card of five columns: two standard errors are some 4 %
    expect(Math.max(...widths)).toBeLessThan(0.2);
  });

  it('says of somebody it knows nothing of what holds for all, and leaves the decision to a person', () => {
    const { factor, offset } = scalingOf(USUAL_SCALE);
    const unknown = score(null);
    expect(unknown).toMatchObject({ probability: share, decision: 'refer', reasons: [] });
    expect(unknown.points).toBeCloseTo(offset + factor * Math.log(share / (1 - share)), 9);
    expect(unknown.low < share && share < unknown.high).toBe(true);
  });

  it('decides nothing where customers do not differ', () => {
    const { bands } = cardOf(ordersOf(2_000, () => 0.6));
    expect(bands.filter(({ decision }) => decision !== 'refer').length).toBeLessThanOrEqual(1);
  });

  it('is refused in a sentence when there is too little, or nothing that tells customers apart', () => {
    expect(
      fitCustomer(
        ordersOf(20, () => 0.5),
        {},
      ),
    ).toMatchObject({ kind: 'refused', reason: expect.any(String) });
    const same = ordersOf(200, () => 0.5).map((order) => ({ ...order, columns: typical as OrderColumns }));
    expect(fitCustomer(same, {})).toMatchObject({ kind: 'refused', reason: expect.any(String) });
    expect(fitCustomer([], {}).kind).toBe('refused');
  });
});

describe('even bins', () => {
  const rowsOf = (values: readonly number[]) => values.map((value) => ({ value, hit: value % 2 === 1 }));

  it('keep the same value together, and leave none too small', () => {
    expect(evenBins(rowsOf([3, 1, 1, 1, 2, 2, 5, 4]), 4, 2)).toEqual([
      { lowest: 1, highest: 1, rows: 3, hits: 3 },
      { lowest: 2, highest: 2, rows: 2, hits: 0 },
      { lowest: 3, highest: 5, rows: 3, hits: 2 },
    ]);
    expect(evenBins([], 4, 2)).toEqual([]);
  });
});
