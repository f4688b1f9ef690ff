import type { DataClass } from '@tidemark/protocol';

/** Tables of the collector itself: no column of theirs is about a person whom events are about. */
const OWN_TABLES = [
  'api_keys',
  'audit_log',
  'client_configs',
  'collectors',
  'daily_usage',
  'double_loads',
  'expired_days',
  'recounts',
  'schema_migrations',
  'suppression_keys',
  'workspaces',
];

/** By name, in whichever table: one name means one thing in all of them. */
const COLUMNS: Readonly<Record<DataClass, string>> = {
  identity: 'visitor_id previous_visitor_id user_id account_id subject_id visitors hmac',
  pseudonym:
    'queue_id batch_id batch_ids session_id view_id event_id event_ids flag_id decision_id seq seqs first_seq last_seq kept_seq',
  device:
    'user_agent ua_family os_family device_class is_bot bot_signals network_type screen_width screen_height sdk_name sdk_version release',
  place: 'ip_prefix country region latitude longitude place_radius_km locale time_zone',
  behaviour: `surface session_started_at session_day event_day event_type name occurred_at corrected_at monotonic_ms logical_at
    logical_count page template from_page way from_template modules dwell_ms visible_ms focused_ms depth_ratio value sample_weight
    first_at last_at events h5_views native_views conversions entry_view exit_view view_ends kind subject aliased_at hour views transitions day active_hours
    subscriptions_placed sales_placed minute clicks errors goal first_day last_day
    events_left_out views_left_out h5_views_left_out native_views_left_out clicks_left_out errors_left_out transitions_left_out
    square_excess least_weight greatest_weight copies times kept severity entity_kind score count metrics reasons rolled_up`,
  content: 'url title referrer message props raw field asked facts answer',
  business: `amount currency order_id product_id order_side order_phase shares remaining_shares price period_at revision source`,
  consent: 'purposes consent_analytics consent_marketing consent_risk',
  operation: `workspace_id app_id received_at clock_skew_ms historical event_index reason loaded_at key_id since collector_id status
    status_reason status_by status_at snoozed_until raised_at detector detector_version position decided_at model_version`,
};

const BY_NAME = new Map(
  Object.entries(COLUMNS).flatMap(
    ([dataClass, names]) => names.split(/\s+/).map((name) => [name, dataClass as DataClass] as const), // Object.entries forgets which
  ),
);

/** @returns undefined for a column that is not in the list above. */
export function dataClassOf(table: string, column: string): DataClass | undefined {
  return OWN_TABLES.includes(table) ? 'operation' : BY_NAME.get(column);
}
