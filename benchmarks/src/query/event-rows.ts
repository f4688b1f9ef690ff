/*
 * Rows of `events` as a shop of short-term products might have them, made inside the engine: nothing is sent. Everything follows
 * from the number of a session, so that the same numbers give the same rows. What varies in a real table varies here, ids,
 * addresses, agents and texts above all: what is told about the disk would otherwise flatter.
 */

/** 2026-01-01T00:00:00Z. */
export const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
export const DAYS = 30;

/** Uniform in [0, 1), the same for the same arguments. */
const uniform = (...of: readonly (string | number)[]) => `(sipHash64(${of.join(', ')}) / 18446744073709551616)`;
const choose = (list: readonly string[], index: string) =>
  `[${list.map((one) => `'${one}'`).join(', ')}][1 + toUInt32(${index})]`;
/** Small indices far more often than large ones. */
const skewed = (count: number, ...of: readonly (string | number)[]) => `floor(${count} * pow(${uniform(...of)}, 2.2))`;
/** Sixteen hexadecimal digits: of a number below 2^63 the leading zeros would be missing. */
const digits = (...of: readonly (string | number)[]) =>
  `lower(hex(bitOr(sipHash64(${of.join(', ')}), 9223372036854775808)))`;
/** A UUIDv7 of a time, its other bits from a hash. */
const uuidV7 = (ms: string, ...of: readonly (string | number)[]) => `
  toUUID(concat(
    substring(lower(hex(toUInt64(${ms}))), 1, 8), '-', substring(lower(hex(toUInt64(${ms}))), 9, 4), '-7',
    substring(${digits(...of)}, 2, 3), '-8', substring(${digits(...of)}, 5, 3), '-', substring(${digits(1, ...of)}, 2, 12)
  ))`;
const at = (ms: string) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;

const COUNTRIES = ['CN', 'CN', 'CN', 'CN', 'CN', 'HK', 'SG', 'DE', 'US', 'MY'];
const SYSTEMS = ['Android', 'Android', 'Android', 'iOS', 'iOS', 'Windows', 'macOS'];
const BROWSERS = ['WeChat', 'Chrome', 'Chrome', 'Safari', 'Alipay', 'Edge', 'Firefox'];
const SOURCES = ['newsletter', 'search', 'partner', 'push', 'social'];
const SCREENS = ['Home', 'Funds', 'FundDetail', 'Order', 'Holdings', 'Account', 'Login', 'Search', 'Orders', 'Help'];
const GOALS = ['account_opened', 'subscribed', 'sold', 'newsletter', 'risk_test'];

/** A page: the shop's ways in are few, its funds many. */
const pathOf = (n: string) => `
  multiIf(${uniform(n, 61)} < 0.2, '/', ${uniform(n, 61)} < 0.35, '/funds', ${uniform(n, 61)} < 0.42, '/order', ${uniform(n, 61)} < 0.47, '/holdings',
          ${uniform(n, 61)} < 0.5, concat('/help/', toString(toUInt32(${skewed(40, n, 62)}))), concat('/funds/', toString(100 + toUInt32(${skewed(400, n, 63)}))))`;
const pageOf = (n: string) => `if(surface = 'native', ${choose(SCREENS, skewed(SCREENS.length, n, 64))}, ${pathOf(n)})`;

/** Events of a session: a quarter leave after the first page, the others stay for as long as chance will have it. */
const LENGTH = `toUInt32(if(${uniform('s', 1)} < 0.25, 3, least(120, 4 + floor(-log(1 - ${uniform('s', 2)}) * 15))))`;

/** What is not told of an event keeps its default, as in a row that was sent. */
export const EVENT_COLUMNS =
  'workspace_id, app_id, surface, release, sdk_name, sdk_version, queue_id, batch_id, visitor_id, user_id, session_id, session_started_at, user_agent, ua_family, os_family, device_class, is_bot, ip_prefix, country, locale, time_zone, network_type, screen_width, screen_height, consent_analytics, consent_marketing, consent_risk, received_at, clock_skew_ms, event_day, event_id, event_type, name, seq, occurred_at, corrected_at, monotonic_ms, logical_at, logical_count, page, view_id, url, title, referrer, template, from_page, way, dwell_ms, visible_ms, focused_ms, depth_ratio, value, amount, currency, order_id, product_id, order_side, order_phase, shares, price, sample_weight, message, props';

export interface EventRowsPlan {
  /** Number of the first session, and how many, of `sessions` in all. */
  readonly first: number;
  readonly count: number;
  readonly sessions: number;
  readonly visitors: number;
  readonly workspaceId: string;
}

/** One SELECT of all events of some sessions, with the columns of `EVENT_COLUMNS`. */
export function eventRows({ first, count, sessions, visitors, workspaceId }: EventRowsPlan): string {
  return `
    WITH
      ${FIRST_DAY_MS} AS first_day_ms,
      -- The view that an event belongs to, and its number in it.
      concat(toString(s), '.', toString(intDiv(i, 5))) AS view_name,
      started_ms + i * 17000 + toUInt32(${uniform('s', 'i', 3)} * 15000) AS at_ms,
      multiIf(i % 5 = 0, if(surface = 'native', 'screen_view', 'page_view'),
              i + 1 = length OR i % 5 = 4, 'view_end',
              i % 5 = 3, if(${uniform('s', 'i', 4)} < 0.75, 'transition', 'order'),
              i % 5 = 2, multiIf(${uniform('s', 'i', 5)} < 0.4, 'web_vital', ${uniform('s', 'i', 5)} < 0.75, 'exposure', ${uniform('s', 'i', 5)} < 0.9, 'custom', 'conversion'),
              multiIf(${uniform('s', 'i', 6)} < 0.8, 'click', ${uniform('s', 'i', 6)} < 0.97, 'form_start', 'error')) AS type
    SELECT
      '${workspaceId}' AS workspace_id, 'shop' AS app_id, surface,
      concat('4.', toString(toUInt32(20 + ${skewed(12, 's', 7)})), '.', toString(v % 4)) AS release,
      if(surface = 'native', 'tidemark-native', 'tidemark-web') AS sdk_name, '0.1.0' AS sdk_version,
      ${uuidV7('first_day_ms - 1 - v % 100000000', 'v', 11)} AS queue_id,
      ${uuidV7('started_ms + intDiv(i, 8) * 136000', 's', 'intDiv(i, 8)', 12)} AS batch_id,
      ${uuidV7('first_day_ms - 2 - v % 100000000', 'v', 13)} AS visitor_id,
      if(v % 5 < 2, concat('user-', toString(cityHash64(v) % 100000000)), '') AS user_id,
      ${uuidV7('started_ms', 's', 14)} AS session_id, ${at('started_ms')} AS session_started_at,
      concat('Mozilla/5.0 (', ${choose(SYSTEMS, 'v % 7')}, '; build ', toString(cityHash64(v) % 400), ') ', ${choose(BROWSERS, 'v % 11 % 7')}, '/', toString(100 + cityHash64(v) % 30)) AS user_agent,
      ${choose(BROWSERS, 'v % 11 % 7')} AS ua_family, ${choose(SYSTEMS, 'v % 7')} AS os_family,
      if(v % 7 < 5, 'mobile', 'desktop') AS device_class, toUInt8(v % 53 = 0) AS is_bot,
      concat(toString(cityHash64(v) % 223 + 1), '.', toString(cityHash64(v, 1) % 256), '.', toString(cityHash64(v, 2) % 16), '.0/24') AS ip_prefix,
      ${choose(COUNTRIES, 'cityHash64(v, 3) % 10')} AS country,
      if(v % 10 < 7, 'zh-CN', 'en') AS locale, if(v % 10 < 7, 'Asia/Shanghai', 'Europe/Berlin') AS time_zone,
      ['4g', 'wifi', '5g', ''][1 + v % 4] AS network_type,
      toUInt16(360 + v % 9 * 60) AS screen_width, toUInt16(640 + v % 7 * 100) AS screen_height,
      if(v % 3 = 0, 'granted', 'unknown') AS consent_analytics, if(v % 6 = 0, 'granted', if(v % 7 = 0, 'denied', 'unknown')) AS consent_marketing,
      if(v % 3 = 0, 'granted', 'unknown') AS consent_risk,
      ${at(`at_ms + 200 + toUInt32(${uniform('s', 'intDiv(i, 8)', 15)} * 6000)`)} AS received_at,
      toInt64(v % 4000) - 2000 AS clock_skew_ms,
      toDate(occurred_at) AS event_day,
      ${uuidV7('at_ms', 's', 'i', 16)} AS event_id, type AS event_type,
      multiIf(type = 'conversion', ${choose(GOALS, skewed(GOALS.length, 's', 'i', 17))}, type = 'web_vital', ['LCP', 'INP', 'CLS', 'TTFB'][1 + (s + i) % 4],
              type = 'click', concat('button.', toString(toUInt32(${skewed(90, 's', 'i', 18)}))), type = 'exposure', concat('module.', toString((s + i) % 25)),
              type = 'custom', concat('event.', toString((s * 3 + i) % 12)), type = 'form_start', 'order', '') AS name,
      s % 50 * 100 + i + 1 AS seq, ${at('at_ms')} AS occurred_at, ${at('at_ms + v % 4000 - 2000')} AS corrected_at,
      toUInt64(i * 17000 + 900 + s % 5000) AS monotonic_ms, occurred_at AS logical_at, toUInt16(0) AS logical_count,
      ${pageOf('view_name')} AS page, ${uuidV7('started_ms + intDiv(i, 5) * 85000', 's', 'intDiv(i, 5)', 19)} AS view_id,
      if(type = 'page_view', concat('https://shop.example', page, if(i = 0 AND s % 3 = 0, concat('?utm_source=', ${choose(SOURCES, 's % 5')}), '')), '') AS url,
      if(type IN ('page_view', 'screen_view'), concat('Short-term funds: ', page), '') AS title,
      if(type = 'page_view' AND i = 0 AND s % 2 = 0, concat('https://', ${choose(SOURCES, 's % 5')}, '.example/', toString(s % 3000)), '') AS referrer,
      if(type IN ('page_view', 'screen_view'), splitByChar('/', page)[2], '') AS template,
      if(type = 'transition', ${pageOf("concat(toString(s), '.', toString(intDiv(i, 5) + 1))")}, '') AS from_page,
      if(type = 'transition', ['link', 'push', 'back', 'tab'][1 + (s + i) % 4], '') AS way,
      if(type = 'view_end', toUInt32(900 * exp(3 * ${uniform('s', 'i', 20)} + if(surface = 'native', 0.3, 0))), 0) AS dwell_ms,
      if(type = 'view_end', dwell_ms + toUInt32(${uniform('s', 'i', 21)} * 3000), 0) AS visible_ms,
      if(type = 'view_end', dwell_ms + toUInt32(${uniform('s', 'i', 21)} * 1000), 0) AS focused_ms,
      if(type = 'view_end', toFloat32(round(${uniform('s', 'i', 22)}, 2)), 0) AS depth_ratio,
      if(type = 'web_vital', round(${uniform('s', 'i', 23)} * 3000, 1), 0) AS value,
      if(type = 'conversion' AND name = 'subscribed', toDecimal64(floor(${uniform('s', 'i', 24)} * 500) * 100, 4), toDecimal64(0, 4)) AS amount,
      if(type IN ('order', 'conversion'), 'CNY', '') AS currency,
      if(type = 'order', concat('o-', toString(s), '-', toString(i)), '') AS order_id,
      if(type = 'order', concat('fund-', toString(toUInt32(${skewed(400, 'view_name', 63)}))), '') AS product_id,
      if(type = 'order', ['subscribe', 'sell'][1 + (s + i) % 2], '') AS order_side,
      if(type = 'order', ['intent', 'placed', 'placed', 'cancelled'][1 + (s * 7 + i) % 4], '') AS order_phase,
      if(type = 'order', toDecimal64(floor(${uniform('s', 'i', 25)} * 400) * 10, 4), toDecimal64(0, 4)) AS shares,
      if(type = 'order', toDecimal64(1 + round(${uniform('s', 'i', 26)}, 4), 4), toDecimal64(0, 4)) AS price,
      toFloat32(1) AS sample_weight, if(type = 'error', concat('TypeError: x is undefined at ', page), '') AS message,
      if(type IN ('click', 'custom', 'exposure'), map('position', toString((s + i) % 30), 'variant', ['a', 'b', 'c'][1 + v % 3]), map()) AS props
    FROM (
      SELECT
        number AS s,
        toUInt64(${visitors} * pow(${uniform('s', 30)}, 1.6)) AS v,
        -- In order of time, as loads come; by day more than by night.
        ${DAYS} * (s / ${sessions}) AS days,
        days - floor(days) AS part,
        first_day_ms + toUInt64((floor(days) + part + 0.12 * sin(2 * pi() * part)) * 86400000) AS started_ms,
        if(v % 10 < 6, 'h5', if(v % 10 < 8, 'native', ['h5', 'native'][1 + s % 2])) AS surface,
        ${LENGTH} AS length,
        arrayJoin(range(length)) AS i
      FROM numbers(${first}, ${count})
    )
    WHERE at_ms < first_day_ms + ${DAYS} * 86400000`;
}
