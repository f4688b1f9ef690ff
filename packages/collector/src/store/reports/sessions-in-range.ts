import { canonicalVisitors } from './canonical-visitors.js';

/**
 * One row a session that began in the asked range, and showed something on the asked surface where one is asked for:
 * visitor, user, began_at, ended_at, event_count, view_count (on that surface). Binds what `boundValues` gives.
 *
 * @param aliased - whether the workspace has aliases: then `visitor` is the canonical one.
 */
export function sessionsInRange(aliased: boolean): string {
  if (!aliased) return SESSIONS;
  return `
    SELECT s.* EXCEPT (visitor), if(c.id = s.visitor, c.device, s.visitor) AS visitor
    FROM (${SESSIONS}) AS s LEFT JOIN (${canonicalVisitors()}) AS c ON c.id = s.visitor`;
}

const SESSIONS = `
    SELECT any(s.visitor_id) AS visitor, max(s.user_id) AS user, min(s.first_at) AS began_at, max(s.last_at) AS ended_at,
           sum(s.events) AS event_count, sum(s.h5_views) AS h5_count, sum(s.native_views) AS native_count,
           multiIf({surface:String} = 'h5', h5_count, {surface:String} = 'native', native_count, h5_count + native_count) AS view_count
    FROM sessions AS s
    WHERE workspace_id = {workspace:String} AND session_id != toUUID('00000000-0000-0000-0000-000000000000') AND ({app:String} = '' OR app_id = {app:String})
    GROUP BY session_day, session_id
    HAVING began_at >= toDateTime64({from:Float64}, 3, 'UTC') AND began_at < toDateTime64({to:Float64}, 3, 'UTC')
      AND ({surface:String} = '' OR view_count > 0)`;
