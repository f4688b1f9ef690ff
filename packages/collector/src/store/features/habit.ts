import { countIf, type FeatureSql, MONTH, ratio } from './expressions.js';

const ACTS = `${MONTH} AND is_act`;

export const HABIT_SQL: FeatureSql = {
  weekend_share_30d: ratio(countIf(`${ACTS} AND hour_of_week >= 120`), countIf(ACTS)),
  night_share_30d: ratio(countIf(`${ACTS} AND hour_of_week % 24 < 6`), countIf(ACTS)),
};
