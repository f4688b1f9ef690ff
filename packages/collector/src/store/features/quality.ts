import { countIf, distinctIf, type FeatureSql, IN_SESSION, MONTH, medianIf, places, ratio } from './expressions.js';

const NUMBERED = `${MONTH} AND seq > 0`;
const SPAN = `if(${countIf(NUMBERED)} = 0, 0, toInt64(maxIf(seq, ${NUMBERED})) - toInt64(minIf(seq, ${NUMBERED})) + 1)`;
const OBSERVED = `${MONTH} AND historical = 0`;
const LATENESS = "dateDiff('millisecond', corrected_at, received_at)";

export const QUALITY_SQL: FeatureSql = {
  seq_gap_share_30d: ratio(`${SPAN} - ${distinctIf('seq', NUMBERED)}`, SPAN),
  lateness_median_ms_30d: medianIf(LATENESS, OBSERVED),
  late_share_30d: ratio(countIf(`${OBSERVED} AND ${LATENESS} > 3600000`), countIf(OBSERVED)),
  clock_skew_max_ms_30d: `maxIf(abs(clock_skew_ms), ${MONTH})`,
  events_per_session_max_30d: `arrayMax(${places('session_id', `${MONTH} AND ${IN_SESSION}`)})`,
};
