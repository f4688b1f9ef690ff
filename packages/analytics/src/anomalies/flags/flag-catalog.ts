import type { EntityKind, FlagKind, Severity } from './flag-kind.js';

/** What is said of a kind of flag before one is raised. */
export interface FlagKindEntry {
  readonly entities: readonly EntityKind[];
  readonly definition: string;
  /** Codes of the reasons that it may give; those of trust come besides. */
  readonly reasons: readonly string[];
  /** As what it is shown where the workspace has not said otherwise. */
  readonly severity: Severity;
  /** So many false flags in 10,000 sessions are expected at the most; told beside what the workspace's own traffic shows. */
  readonly budgetPer10k: number;
}

/** All kinds; docs/anomalies.md shows the same table, by a test. */
export const FLAG_CATALOG: Readonly<Record<FlagKind, FlagKindEntry>> = {
  velocity: {
    entities: ['user', 'device', 'address'],
    definition:
      'events, orders or failed logins in 10 s, 1 m, 10 m, 1 h or 24 h are above a floor and rarer than one count in 10,000',
    reasons: ['velocity_events', 'velocity_orders', 'velocity_failedLogins'],
    severity: 'medium',
    budgetPer10k: 5,
  },
  scripted_timing: {
    entities: ['device'],
    definition: '24 gaps or more vary by at most 20 % and fill few bins that double',
    reasons: ['regular_gaps'],
    severity: 'medium',
    budgetPer10k: 5,
  },
  impossible_travel: {
    entities: ['user'],
    definition:
      'two places 500 km apart or more would need more than 1,000 km/h, after both radii of uncertainty; a failed login is no place',
    reasons: ['impossible_speed'],
    severity: 'high',
    budgetPer10k: 5,
  },
  dormant_then_large_order: {
    entities: ['user'],
    definition: 'after 90 days of nothing, an order three times the largest before, within three days',
    reasons: ['dormant', 'large_order'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  credential_stuffing: {
    entities: ['address'],
    definition: 'logins of 15 users fail in ten minutes, and at most a fifth succeeds',
    reasons: ['many_users_fail'],
    severity: 'high',
    budgetPer10k: 5,
  },
  structuring: {
    entities: ['user'],
    definition: "three orders in 24 hours in the tenth below the workspace's limit",
    reasons: ['below_limit'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  subscribe_cancel_loop: {
    entities: ['user'],
    definition: 'five subscriptions of one product cancelled within the hour, in 24 hours',
    reasons: ['subscribe_cancel'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  replayed_stream: {
    entities: ['device'],
    definition:
      "eight events repeat those of another device to the millisecond, or more of a device's own come again an hour after they were taken than a page can have left unanswered",
    reasons: ['same_stream', 'same_events'],
    severity: 'high',
    budgetPer10k: 2,
  },
  sale_rush: {
    entities: ['product'],
    definition:
      'sales in five minutes are rarer than one window in a million for this hour of the week, by eight customers or more',
    reasons: ['sales_above_baseline', 'many_customers', 'many_products'],
    severity: 'high',
    budgetPer10k: 2,
  },
  bot: {
    entities: ['device'],
    definition: 'the agent says that it is a bot or has no window, or the browser says that it is driven',
    reasons: ['automation_declared_bot', 'automation_headless', 'automation_webdriver'],
    severity: 'low',
    budgetPer10k: 20,
  },
  new_device_sensitive_action: {
    entities: ['user'],
    definition:
      'a sensitive action of a user known for a day or more, from a device and a network both new for less than two days',
    reasons: ['new_device', 'new_network', 'sensitive_action'],
    severity: 'high',
    budgetPer10k: 5,
  },
  shared_device_ring: {
    entities: ['device'],
    definition:
      'five users order from one device within seven days; or eight are joined by devices that two or more of them order from, followed from device to user to device, and by quiet networks, which count less',
    reasons: ['many_users_one_device', 'joined_users'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  operator_change: {
    entities: ['user'],
    definition:
      "the latest five taps, presses of a mouse, moves of it or gaps between keys are a quarter longer or shorter than the user's own before, by eight standard errors",
    reasons: ['other_tap', 'other_press', 'other_move', 'other_key', 'other_keyboard'],
    severity: 'medium',
    budgetPer10k: 5,
  },
  herding_surge: {
    entities: ['product'],
    definition:
      'subscriptions in 15 minutes are rarer than one window in a million, by eight customers or more, on one side beyond chance (LSV)',
    reasons: ['subscriptions_above_baseline', 'many_customers', 'blind_following'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  funnel_break: {
    entities: ['workspace'],
    definition:
      'order forms on a surface lead to no order within ten minutes, nearly all of them (CUSUM against the usual share); visits of a page that 50 or more come to in a day fall to a twentieth while others come to its surface, or of its visits so few go on to another page; or nobody comes to the app (CUSUM against the usual, twice as high as it rose and fell by itself)',
    reasons: ['orders_fail', 'page_flat', 'page_drop', 'flat_line'],
    severity: 'high',
    budgetPer10k: 2,
  },
  wash_pair: {
    entities: ['user'],
    definition: 'two users place opposite orders of one amount within the hour, three times in 14 days',
    reasons: ['same_counterparty'],
    severity: 'medium',
    budgetPer10k: 2,
  },
  data_quality: {
    entities: ['device', 'workspace'],
    definition:
      'ten numbers of a device, each within an hour of the one before, never came or were refused, its events are six hours late, by a clock 30 minutes off, five of a day refused for their types, or sent four times within the hour; a surface loses its names or falls silent, a release throws, deliveries are refused',
    reasons: ['seq_gap', 'late', 'skew', 'schema', 'duplicates', 'null_surge', 'silent', 'release_cliff', 'refused'],
    severity: 'low',
    budgetPer10k: 20,
  },
  drift: {
    entities: ['product', 'workspace'],
    definition:
      'fifteen customers or more order several times as much, or as little, as each ordered before (CUSUM); or a hundred orders, each of another customer, are otherwise distributed than the first three hundred (PSI against its chi-square); or orders go through otherwise than the model that answers told, or are otherwise than those it learnt from (Shiryaev-Roberts, one false alarm in 100,000 products and hours); subscriptions and sales apart',
    reasons: ['amounts_drift', 'calibration_drift', 'inputs_drift'],
    severity: 'low',
    budgetPer10k: 2,
  },
  unusual_session: {
    entities: ['device'],
    definition:
      'the first 12, 24, 48 or 96 actions of a session are as far from most sessions of the week (robust Mahalanobis distance) as one in 10,000, by the tail of all',
    reasons: ['unusual_actions', 'unusual_pace', 'unusual_together'],
    severity: 'medium',
    budgetPer10k: 5,
  },
};
