export const FLAG_KINDS = [
  'velocity',
  'scripted_timing',
  'impossible_travel',
  'dormant_then_large_order',
  'credential_stuffing',
  'structuring',
  'subscribe_cancel_loop',
  'replayed_stream',
  'sale_rush',
  'bot',
  'new_device_sensitive_action',
  'shared_device_ring',
  'operator_change',
  'herding_surge',
  'funnel_break',
  'wash_pair',
  'data_quality',
  'drift',
  'unusual_session',
] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

export const SEVERITIES = ['info', 'low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `workspace`: a part of the app itself, such as a surface. */
export type EntityKind = 'user' | 'device' | 'address' | 'product' | 'workspace';

/** Surprises from which a candidate is low, medium, high: one clean entity in 100, 10,000, a million. */
const LOW = Math.log(100);
const MEDIUM = Math.log(1e4);
const HIGH = Math.log(1e6);

/** So many grades less grave, `info` at the least. */
export function lowerSeverity(severity: Severity, grades: number): Severity {
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - grades)] ?? 'info';
}

export function lesserSeverity(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;
}

/** How grave a score is that is of no kind. */
export function severityOf(surprise: number): Severity {
  if (surprise >= HIGH) return 'high';
  if (surprise >= MEDIUM) return 'medium';
  return surprise >= LOW ? 'low' : 'info';
}
