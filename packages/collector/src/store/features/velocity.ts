import { countIf, distinctIf, type FeatureSql, IN_SESSION, milliseconds } from './expressions.js';

const WINDOWS = { '1m': 60_000, '10m': 600_000, '1h': 3_600_000, '24h': 86_400_000 } as const;
const DAY = milliseconds(WINDOWS['24h']);
const NO_QUEUE = "toUUID('00000000-0000-0000-0000-000000000000')";
const CANCELLED = "event_type IN ('order', 'order_end') AND order_phase = 'cancelled'";
const FILLED = "event_type IN ('order', 'order_fill') AND order_phase = 'filled'";

function inWindow([name, windowMs]: readonly [string, number]): FeatureSql {
  const within = milliseconds(windowMs);
  const placed = `${within} AND is_placed`;
  return {
    [`events_${name}`]: countIf(within),
    [`views_${name}`]: countIf(`${within} AND is_view`),
    [`clicks_${name}`]: countIf(`${within} AND event_type = 'click'`),
    [`orders_${name}`]: distinctIf('order_id', placed),
    [`orders_cancelled_${name}`]: distinctIf('order_id', `${within} AND ${CANCELLED}`),
    [`orders_filled_${name}`]: distinctIf('order_id', `${within} AND ${FILLED}`),
    [`order_amount_${name}`]: `if(${distinctIf('currency', placed)} > 1, NULL, sumIf(toFloat64(shares) * toFloat64(price), ${placed}))`,
  };
}

const IN_DAY_SESSION = `${DAY} AND ${IN_SESSION}`;
/** Of the latest event in a session, which must not be over. */
const SESSION = `argMaxIf(session_id, (at_ms, seq, toString(event_id)), ${IN_DAY_SESSION})`;
const IS_OPEN = `countIf(${milliseconds(1_800_000)} AND ${IN_SESSION}) > 0`;
const ofSession = (aggregate: 'min' | 'max'): string =>
  `${aggregate}MapIf(map(session_id, at_ms), ${IN_DAY_SESSION})[${SESSION}]`;

export const VELOCITY_SQL: FeatureSql = {
  ...Object.assign({}, ...Object.entries(WINDOWS).map(inWindow)),
  devices_24h: distinctIf('queue_id', `${DAY} AND queue_id != ${NO_QUEUE}`),
  networks_24h: distinctIf('ip_prefix', `${DAY} AND ip_prefix != ''`),
  users_24h: distinctIf('user_id', `${DAY} AND user_id != ''`),
  ms_since_last_order_24h: `if(${countIf(`${DAY} AND is_placed`)} = 0, NULL, minIf(age_ms, ${DAY} AND is_placed))`,
  session_length_ms_24h: `if(${IS_OPEN}, ${ofSession('max')} - ${ofSession('min')}, NULL)`,
  session_views_24h: `if(${IS_OPEN}, countEqual(groupArrayIf(session_id, ${IN_DAY_SESSION} AND is_view), ${SESSION}), NULL)`,
};
