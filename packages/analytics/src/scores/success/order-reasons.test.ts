import { describe, expect, it } from 'vitest';
import { CUSTOMER_COLUMNS } from './customer-columns.js';
import { type KnownColumns, ORDER_COLUMNS, type OrderColumns } from './order-columns.js';
import { customerReasons, orderReasons } from './order-reasons.js';
import { NOTHING_DONE, NOTHING_KNOWN } from './recent-columns.js';

/** An average customer has a broken number of everything. */
const average: OrderColumns = {
  ...NOTHING_DONE,
  product: 'P30',
  price_edge: -0.952381,
  amount: 104_999.7,
  hours_to_cut_off: 1.2345,
  weekday: 3,
  trades_settled: 0.96875,
  orders_placed: 2.859375,
  own_success: 0.63291,
  own_cancelled: 0.18987,
  reputation: 0.70123,
  orders_ahead: 3,
  shares_ahead: 12_345.6,
  crowd: 4.333,
  other_side_crowd: 0.0012,
  rush: 0.333,
  loan_rate: 3.45,
};
const unknown: OrderColumns = {
  ...average,
  ...NOTHING_KNOWN,
  price_edge: null,
  hours_to_cut_off: null,
  weekday: null,
  reputation: null,
  loan_rate: null,
};

const reasonsOf = (columns: KnownColumns, side: 'subscribe' | 'sell' = 'subscribe') =>
  orderReasons(
    ORDER_COLUMNS.map((feature) => ({ feature, value: '', text: feature, points: -12.4 })),
    columns,
    { side },
  );

describe('the reasons of an order', () => {
  it('are sentences of whole words and short numbers, whatever is known', () => {
    const uncertain = ORDER_COLUMNS;
    for (const columns of [average, unknown, { ...average, uncertain }, { ...unknown, uncertain }]) {
      for (const side of ['subscribe', 'sell'] as const) {
        for (const { feature, text } of reasonsOf(columns, side)) {
          expect(text, feature).toMatch(/^[A-Z0-9][^_]+[a-z%)\d]\. It costs 12 points\.$/);
          expect(text, feature).not.toMatch(/\d\.\d{3}|NaN|null|undefined|infinity|\b0 (times|pages|orders)/i);
        }
      }
    }
  });

  it('claim nothing of a customer whom an average stands for, nor of numbers that may be larger', () => {
    const uncertain = [...CUSTOMER_COLUMNS, 'orders_1h', 'crowd'] as const;
    const told = reasonsOf({ ...average, uncertain });
    const textOf = (name: string) => told.find(({ feature }) => feature === name)?.text.replace(/ It costs .*/, '');
    expect(CUSTOMER_COLUMNS.map(textOf)).toEqual([
      'The customer is taken for an average one, who has 1 settled trade so far.',
      'The customer is taken for an average one, who has placed 2.9 orders before.',
      'The customer is taken for an average one, of whose orders about 63 % are filled.',
      'The customer is taken for an average one, who cancels about 19 % of orders.',
      'The customer is taken for an average one, whom the platform rates 70 %.',
    ]);
    expect(textOf('orders_1h')).toBe('As far as is known, the customer placed no order in the last hour.');
    expect(textOf('crowd')).toBe(
      'As far as is known, many others subscribe the same product of late (about 4 orders).',
    );
    const certain = reasonsOf(average);
    expect(
      told.filter(({ feature, text }) => text === certain.find((one) => one.feature === feature)?.text),
    ).toHaveLength(ORDER_COLUMNS.length - uncertain.length);
  });

  it('name a column of a later model by what that model calls it', () => {
    const [reason] = orderReasons([{ feature: 'tide', value: 'low', text: 'The tide is low.', points: -1 }], average, {
      side: 'sell',
    });
    expect(reason?.text).toBe('The tide is low. It costs 1 point.');
  });

  it('say of a customer the same as of their order', () => {
    const [reason] = customerReasons([{ feature: 'orders_placed', value: '', text: '', points: -2 }], average);
    expect(reason?.text).toBe('The customer has placed 2.9 orders before. It costs 2 points.');
  });
});

it.each([
  [0, 'sell', 'The limit is at the market price.'],
  [-0.004, 'subscribe', 'The limit is at the market price.'],
  [0.25, 'subscribe', 'The limit is 0.25 % above the market price.'],
  [-0.25, 'sell', 'The limit is 0.25 % above the market price.'],
] as const)('an edge of %d %% to %s is told as "%s"', (edge, side, sentence) => {
  const reason = { feature: 'price_edge', value: '', text: '', points: -1 };
  const [told] = orderReasons([reason], { price_edge: edge } as OrderColumns, { side });
  expect(told?.text).toBe(`${sentence} It costs 1 point.`);
});
