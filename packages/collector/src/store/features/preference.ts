import { countIf, distinctIf, type FeatureSql, MONTH, places, QUARTER, ratio } from './expressions.js';

const PLACED = `${QUARTER} AND is_placed`;

export const PREFERENCE_SQL: FeatureSql = {
  templates_30d: distinctIf('template', `${MONTH} AND is_view AND template != ''`),
  // The odd numbers up to 2c - 1 add up to c squared.
  product_concentration_90d: ratio(
    `arraySum(place -> 2 * place - 1, ${places('product_id', PLACED)})`,
    `${countIf(PLACED)} * ${countIf(PLACED)}`,
  ),
};
