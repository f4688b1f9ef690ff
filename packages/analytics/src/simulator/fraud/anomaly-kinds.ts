/** What a risk feed must find; each is put in by a script of its own in this room. */
export const ANOMALY_KINDS = [
  'bot',
  'scripted_timing',
  'velocity',
  'credential_stuffing',
  'new_device_sensitive',
  'impossible_travel',
  'replayed_stream',
  'shared_device_ring',
  'operator_change',
  'dormant_large_order',
  'herding_surge',
  'sale_rush',
  'funnel_break',
  'structuring',
  'subscribe_cancel_loop',
  'wash_pair',
  'data_quality',
  'drift',
  'unusual_session',
] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];
