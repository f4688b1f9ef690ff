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

/** A number beside what it usually is. */
export interface FlagEvidence {
  readonly metric: string;
  readonly observed: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** How far back what is usual was learnt from; 0 for a limit that is not learnt. Milliseconds. */
  readonly baselineSpanMs: number;
  /** What the observed number was counted or measured from. */
  readonly n: number;
}

export interface FlagReason {
  readonly code: string;
  /** A sentence a person can act on; names no country. */
  readonly text: string;
}

/** What a detector found: to be calibrated, deduplicated and stored by the pipeline. */
export interface CandidateFlag {
  readonly kind: FlagKind;
  readonly entityKind: EntityKind;
  readonly entityId: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The same for all candidates that tell the same incident: kind, entity, window. */
  readonly dedupeKey: string;
  readonly severity: Severity;
  /** About -ln of the share of clean entities that would get here, nats; not calibrated. There is no highest. */
  readonly surprise: number;
  readonly evidence: readonly FlagEvidence[];
  readonly reasons: readonly FlagReason[];
  readonly detector: string;
  readonly version: number;
  /** The event at which it was noticed, where events have ids. */
  readonly eventIds?: readonly string[];
}

export type FlagDraft = Omit<CandidateFlag, 'dedupeKey' | 'severity' | 'detector' | 'version'> & {
  /** Incidents of one entity this close together are one. Milliseconds. */
  readonly windowMs: number;
};

/** Surprises from which a candidate is low, medium, high: one clean entity in 100, 10,000, a million. */
const LOW = Math.log(100);
const MEDIUM = Math.log(1e4);
const HIGH = Math.log(1e6);

/** @param version - of the detector's rules; raised with each change that moves a verdict. */
export function makeFlag({ windowMs, ...draft }: FlagDraft, version: number): CandidateFlag {
  const window = Math.floor(draft.firstMs / windowMs);
  return {
    ...draft,
    dedupeKey: `${draft.kind}|${draft.entityKind}:${draft.entityId}|${windowMs}:${window}`,
    severity: severityOf(draft.surprise),
    detector: `anomalies/${draft.kind}`,
    version,
  };
}

export function severityOf(surprise: number): Severity {
  if (surprise >= HIGH) return 'high';
  if (surprise >= MEDIUM) return 'medium';
  return surprise >= LOW ? 'low' : 'info';
}
