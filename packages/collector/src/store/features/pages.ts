import {
  countIf,
  distinctIf,
  type FeatureSql,
  IN_SESSION,
  IS_END,
  MONTH,
  medianIf,
  places,
  ratio,
} from './expressions.js';

const VIEWED = `${MONTH} AND is_view`;
const ENDED = `${MONTH} AND ${IS_END}`;
const MOVED = `${MONTH} AND event_type = 'transition'`;
const DWELL = `sumIf(dwell_ms, ${ENDED})`;

export const PAGES_SQL: FeatureSql = {
  dwell_total_ms_30d: DWELL,
  dwell_median_ms_30d: medianIf('dwell_ms', ENDED),
  dwell_per_visit_ms_30d: ratio(DWELL, distinctIf('session_id', `${MONTH} AND ${IN_SESSION}`)),
  attended_share_30d: ratio(DWELL, `sumIf(visible_ms, ${ENDED})`),
  scroll_depth_mean_30d: ratio(`sumIf(toFloat64(depth_ratio), ${ENDED})`, countIf(ENDED)),
  distinct_pages_30d: distinctIf('page', VIEWED),
  revisit_share_30d: ratio(`${countIf(VIEWED)} - ${distinctIf('page', VIEWED)}`, countIf(VIEWED)),
  top_page_share_30d: ratio(`arrayMax(${places('page', VIEWED)})`, countIf(VIEWED)),
  back_share_30d: ratio(countIf(`${MOVED} AND way = 'back'`), countIf(MOVED)),
};
