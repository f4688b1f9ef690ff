import { createSimulation, DEFAULT_START_AT, type ProductLedger } from '@tidemark/analytics/simulator';
import type { AuthoritativeEvent, ProductDaysAnswer, TrackedEvent } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import type { OrderEventRow } from '../store/reports/order-events.js';
import { createProductMeasuring } from './measure-products.js';

const DAY_MS = 86_400_000;
const RANGE = { from: DEFAULT_START_AT, to: DEFAULT_START_AT + 10 * DAY_MS, calendar: 'bank' } as const;
type Told = TrackedEvent | AuthoritativeEvent;

/** As the store has an event of an order; undefined for any other. */
function rowOf(event: Told, userId: string | undefined): OrderEventRow | undefined {
  if (!('orderId' in event)) return undefined;
  const own = 'userId' in event ? event.userId : userId;
  return [
    event.orderId,
    event.eventId,
    event.type,
    event.occurredAt,
    event.productId,
    event.side,
    'phase' in event ? event.phase : '',
    own ?? '',
    'shares' in event ? event.shares : 0,
    'remainingShares' in event ? event.remainingShares : 0,
    'price' in event ? event.price : 0,
    'amount' in event ? event.amount : 0,
    'currency' in event ? event.currency : '',
  ];
}

function measure(
  rows: readonly OrderEventRow[],
  range: typeof RANGE | { from: number; to: number; calendar: 'bank' } = RANGE,
) {
  const measuring = createProductMeasuring(range);
  for (const row of rows.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) measuring.add(row);
  return measuring.answer();
}

function booksOf({ rows }: ProductDaysAnswer): Record<string, ProductLedger> {
  const books: Record<string, ProductLedger> = {};
  for (const { productId, subscriptions, sales } of rows) {
    const book = books[productId];
    books[productId] = {
      subscriptions: (book?.subscriptions ?? 0) + subscriptions.orderCount + subscriptions.rejectedCount,
      sales: (book?.sales ?? 0) + sales.orderCount + sales.rejectedCount,
      subscribedShares: (book?.subscribedShares ?? 0) + subscriptions.orderedShares + subscriptions.rejectedShares,
      soldShares: (book?.soldShares ?? 0) + sales.orderedShares + sales.rejectedShares,
      filledSubscriptionShares: (book?.filledSubscriptionShares ?? 0) + subscriptions.filledShares,
      filledSaleShares: (book?.filledSaleShares ?? 0) + sales.filledShares,
    };
  }
  return books;
}

const placed = (
  order: string,
  user: string,
  fields: Partial<Record<'side' | 'product', string>> = {},
  atMs = 0,
): OrderEventRow => [
  order,
  `e-${order}-${atMs}`,
  'order',
  DEFAULT_START_AT + 36_000_000 + atMs,
  fields.product ?? 'P1',
  fields.side ?? 'subscribe',
  'placed',
  user,
  100,
  0,
  1,
  0,
  'CNY',
];

describe('products day by day', () => {
  it('add up to the ledger of a simulated market, whose events come twice', { timeout: 60_000 }, () => {
    const simulation = createSimulation({ seed: 7, days: 3, users: 60 });
    if (simulation.kind === 'refused') throw new Error('refused');
    const rows: OrderEventRow[] = [];
    for (const { batch } of simulation.batches) {
      const userId = 'sentAt' in batch ? batch.context.userId : undefined;
      for (const event of batch.events) {
        const row = rowOf(event, userId);
        if (row) rows.push(row, row);
      }
    }
    const answer = measure(rows);
    expect(booksOf(answer)).toEqual(simulation.truth().ledger.products);
    expect(answer.refused).toEqual({});
    expect(answer.rows.length).toBeGreaterThan(5);
    expect(answer.rows.some(({ sales, subscriptions }) => (sales.fillRatio ?? subscriptions.fillRatio ?? 0) > 0)).toBe(
      true,
    );
  });

  it('count the users of each side once, and tell a herd against the share of buyers of the day', () => {
    const buyers = Array.from({ length: 9 }, (_, i) => placed(`b${i}`, `u${i}`));
    const other = Array.from({ length: 9 }, (_, i) => placed(`s${i}`, `v${i}`, { side: 'sell', product: 'P2' }));
    const { rows } = measure([...buyers, placed('again', 'u1'), ...other]);
    // p = .5 and n = 9: AF = 2 * 5 * C(9,5) * .5^10 / 9 = .13671875
    expect(rows[0]).toMatchObject({ productId: 'P1', buyers: 9, sellers: 0, herding: { side: 'subscribe' } });
    expect(rows[0]?.herding?.excess).toBeCloseTo(0.5 - 0.13671875, 9);
    expect(rows[1]).toMatchObject({ productId: 'P2', buyers: 0, sellers: 9, herding: { side: 'sell' } });
    expect(measure(buyers.slice(0, 4)).rows[0]?.herding).toBeNull();
  });

  it('put products into segments by how their orders come, rejected ones left out', () => {
    const everyTenMinutes = Array.from({ length: 3 }, (_, day) =>
      Array.from({ length: 6 }, (_, i) => placed(`o${day}-${i}`, `u${i}`, {}, day * DAY_MS + i * 600_000)),
    ).flat();
    const once = placed('x', 'u', { product: 'P2' });
    expect(measure([...everyTenMinutes, once]).segments).toEqual([
      { productId: 'P1', orderCount: 18, dispersion: 0, burstiness: -1, segment: 'steady' },
      { productId: 'P2', orderCount: 1, dispersion: expect.closeTo(2, 12), burstiness: null, segment: null },
    ]);
  });

  it('leave out orders from before and after, and say why others are in no row', () => {
    const range = { ...RANGE, from: RANGE.from + 36_000_000, to: RANGE.from + 36_000_001 };
    expect(measure([placed('a', 'u', {}, -1), placed('b', 'u', {}, 1)], range).rows).toEqual([]);
    const [, ...rest] = placed('x', 'u');
    const bad = ['', ...rest] as unknown as OrderEventRow; // an order without a name
    const far: OrderEventRow = [
      ...placed('y', 'u').slice(0, 3),
      Date.UTC(2099, 0, 6),
      ...placed('y', 'u').slice(4),
    ] as unknown as OrderEventRow;
    const answer = measure([bad, far], { from: 0, to: Date.UTC(2099, 11, 1), calendar: 'bank' });
    expect(answer).toMatchObject({ rows: [], refused: { bad_event: 1, no_calendar_data: 1 } });
  });
});
