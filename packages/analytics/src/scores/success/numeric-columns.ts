import type { OrderColumns } from './order-columns.js';

/** Where nothing is known, what is nearly always there. */
const USUAL = { price_edge: 0, hours_to_cut_off: 5, reputation: 0.6, loan_rate: 3 };

/** The same facts as plain numbers, bent so that a straight line through them is not absurd; finite whatever is missing. */
export function numericColumns(columns: OrderColumns): readonly number[] {
  const edge = columns.price_edge ?? USUAL.price_edge;
  const rate = columns.loan_rate ?? USUAL.loan_rate;
  const hours = columns.hours_to_cut_off ?? USUAL.hours_to_cut_off;
  return [
    Math.tanh(edge / 0.4),
    Math.log1p(Math.max(0, columns.amount)),
    Math.exp(-hours),
    Math.min(hours, 6),
    Math.log1p(columns.trades_settled),
    columns.own_success,
    columns.reputation ?? USUAL.reputation,
    Math.log1p(columns.orders_ahead),
    Math.log1p(Math.max(0, columns.shares_ahead)),
    Math.log1p(columns.crowd),
    columns.rush,
    rate,
    rate * rate,
  ];
}
