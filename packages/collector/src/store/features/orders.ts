import { countIf, distinctIf, distinctInBoth, type FeatureSql, QUARTER, ratio } from './expressions.js';

const PLACED = `${QUARTER} AND is_placed`;
const INTENDED = `${QUARTER} AND event_type = 'order' AND order_phase = 'intent'`;
const SETTLED = `${QUARTER} AND event_type = 'settlement'`;
const ORDERS = distinctIf('order_id', PLACED);
const WEEK_MS = 7 * 86_400_000;
const both = (one: string, other: string): string => distinctInBoth('order_id', one, other);
const endedAs = (phase: string): string =>
  ratio(both(PLACED, `${QUARTER} AND event_type IN ('order', 'order_end') AND order_phase = '${phase}'`), ORDERS);

export const ORDERS_SQL: FeatureSql = {
  orders_placed_90d: ORDERS,
  order_frequency_90d: `if(${countIf(PLACED)} = 0, NULL, ${ORDERS} / greatest(1, maxIf(age_ms, ${PLACED}) / ${WEEK_MS}))`,
  subscribe_share_90d: ratio(distinctIf('order_id', `${PLACED} AND order_side = 'subscribe'`), ORDERS),
  order_shares_mean_90d: ratio(`toFloat64(sumIf(shares, ${PLACED}))`, countIf(PLACED)),
  intent_completion_90d: ratio(both(INTENDED, PLACED), distinctIf('order_id', INTENDED)),
  cancel_share_90d: endedAs('cancelled'),
  expiry_share_90d: endedAs('expired'),
  rejection_share_90d: endedAs('rejected'),
  settled_share_90d: ratio(both(PLACED, SETTLED), ORDERS),
  disputes_90d: countIf(`${QUARTER} AND event_type = 'custom' AND name = 'dispute'`),
  settled_amount_90d: `if(${distinctIf('currency', SETTLED)} > 1, NULL, toFloat64(sumIf(amount, ${SETTLED})))`,
};
