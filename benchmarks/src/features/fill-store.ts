/** Who acts how much in the refresh that is timed. */
export interface RefreshPlan {
  readonly users: number;
  /** Of each user, over the last 28 days. */
  readonly eventsPerUser: number;
  readonly asOfMs: number;
}

export const REFRESH_WORKSPACE = 'refresh';

/**
 * Events of many users, made inside the engine: views, view ends and clicks of twenty pages, orders with fills and
 * settlements of fifty products. A million take seconds, where a generator outside would take minutes.
 */
export function fillStatement({ users, eventsPerUser, asOfMs }: RefreshPlan): string {
  // A cheap hash of event and user gives each choice; the same plan gives the same events.
  const chance = (salt: number, of: number) => `sipHash64(number, ${salt}) % ${of}`;
  return `
    INSERT INTO events (workspace_id, app_id, surface, queue_id, visitor_id, user_id, session_id, session_started_at, ip_prefix,
      country, received_at, event_day, event_id, event_type, seq, occurred_at, corrected_at, page, template, way, dwell_ms, visible_ms,
      depth_ratio, amount, currency, order_id, product_id, order_side, order_phase, shares, remaining_shares, price, sample_weight)
    SELECT '${REFRESH_WORKSPACE}', 'shop', if(${chance(1, 3)} = 0, 'native', 'h5'), toUUID(UUIDNumToString(sipHash128(user, 1))),
      toUUID(UUIDNumToString(sipHash128(user, 2))), concat('user-', toString(user)),
      toUUID(UUIDNumToString(sipHash128(user, intDiv(turn, 5), 3))), at, '10.0.0.0/24', 'CN', at + INTERVAL 1 SECOND, toDate(at),
      toUUID(UUIDNumToString(sipHash128(number, 4))), kind, turn + 1, at, at,
      concat('/page/', toString(${chance(5, 20)})), concat('t', toString(${chance(5, 5)})), '', if(kind = 'view_end', ${chance(6, 60_000)}, 0),
      if(kind = 'view_end', 60000, 0), 0.5, if(kind = 'settlement', 100, 0), if(ordered, 'CNY', ''),
      if(ordered, concat('o', toString(user), '-', toString(${chance(7, 4)})), ''), if(ordered, concat('p', toString(${chance(8, 50)})), ''),
      if(ordered, if(${chance(9, 3)} = 0, 'sell', 'subscribe'), ''), multiIf(kind = 'order', 'placed', kind = 'order_fill', 'filled', ''),
      if(ordered, 100, 0), 0, if(ordered, 0.95 + ${chance(10, 1_000)} / 10000, 0), 1
    FROM (
      SELECT number, intDiv(number, ${eventsPerUser}) AS user, number % ${eventsPerUser} AS turn,
        fromUnixTimestamp64Milli(toInt64(${asOfMs} - ${chance(11, 28 * 86_400_000)}), 'UTC') AS at,
        arrayElement(['page_view', 'view_end', 'click', 'page_view', 'view_end', 'page_view', 'click', 'order', 'order_fill', 'settlement'],
          toInt32(${chance(12, 10)} + 1)) AS kind,
        kind IN ('order', 'order_fill', 'settlement') AS ordered
      FROM numbers(${users * eventsPerUser})
    )
    SETTINGS max_block_size = 1000000`;
}
