import { ACTIVITY_SQL } from './activity.js';
import { DEVICE_SQL } from './device.js';
import type { FeatureSql } from './expressions.js';
import { HABIT_SQL } from './habit.js';
import type { SqlInput } from './inputs.js';
import { ORDERS_SQL } from './orders.js';
import { PAGES_SQL } from './pages.js';
import { PREFERENCE_SQL } from './preference.js';
import { QUALITY_SQL } from './quality.js';
import { SURFACE_SQL } from './surface.js';
import { VELOCITY_SQL } from './velocity.js';

/** Features that the store reckons whole. */
export const FEATURE_SQL: FeatureSql = {
  ...ACTIVITY_SQL,
  ...VELOCITY_SQL,
  ...PAGES_SQL,
  ...SURFACE_SQL,
  ...HABIT_SQL,
  ...PREFERENCE_SQL,
  ...ORDERS_SQL,
  ...DEVICE_SQL,
  ...QUALITY_SQL,
};

const TIMING: readonly SqlInput[] = ['acts'];
const ORDERS: readonly SqlInput[] = ['orders'];
const VIEWS: readonly SqlInput[] = ['views'];

/** Features that are finished outside, and the lists that the store gives for each. */
export const FEATURE_INPUTS: Readonly<Record<string, readonly SqlInput[]>> = {
  page_entropy_bits_30d: VIEWS,
  path_entropy_bits_30d: VIEWS,
  burstiness_30d: TIMING,
  burstiness_finite_30d: TIMING,
  gap_memory_30d: TIMING,
  gap_variation_30d: TIMING,
  gap_entropy_bits_30d: TIMING,
  gap_conditional_entropy_bits_30d: TIMING,
  gap_median_ms_30d: TIMING,
  period_strength_30d: TIMING,
  burst_level_max_30d: TIMING,
  burst_gap_share_30d: TIMING,
  habit_entropy_30d: TIMING,
  habit_distance_24h: TIMING,
  habit_hour_mean_30d: TIMING,
  habit_hour_concentration_30d: TIMING,
  category_affinity_30d: VIEWS,
  category_lift_30d: VIEWS,
  category_dwell_affinity_30d: ['views', 'dwells'],
  category_entropy_bits_30d: VIEWS,
  rfm_recency_90d: ORDERS,
  rfm_frequency_90d: ORDERS,
  rfm_money_90d: ORDERS,
  alive_probability_365d: ORDERS,
  expected_purchases_30d_ahead: ORDERS,
  fill_ratio_90d: ORDERS,
  any_fill_share_90d: ORDERS,
  full_fill_share_90d: ORDERS,
  fill_time_median_ms_90d: ORDERS,
  repeat_order_share_90d: ORDERS,
  turnover_90d: ORDERS,
  disposition_effect_90d: ORDERS,
  chasing_90d: ORDERS,
  herding_exposure_90d: ORDERS,
  follow_share_7d: ORDERS,
  follow_excess_7d: ORDERS,
  loan_rate_at_order_90d: ORDERS,
  loan_rate_age_at_order_90d: ORDERS,
  loan_rate_365d: [],
  loan_rate_age_365d: [],
  loan_rate_change_90d: [],
  herding_subscribe_90d: [],
  herding_sell_90d: [],
  market_curvature_90d: [],
  market_curvature_t_90d: [],
};
