import { countIf, type FeatureSql, IS_END, MONTH, ratio } from './expressions.js';

const ENDED = `${MONTH} AND ${IS_END}`;

export const SURFACE_SQL: FeatureSql = {
  native_view_share_30d: ratio(countIf(`${MONTH} AND is_view AND surface = 'native'`), countIf(`${MONTH} AND is_view`)),
  native_dwell_share_30d: ratio(`sumIf(dwell_ms, ${ENDED} AND surface = 'native')`, `sumIf(dwell_ms, ${ENDED})`),
  surface_crossings_30d: countIf(`${MONTH} AND event_type = 'transition' AND way IN ('bridge_call', 'deep_link')`),
};
