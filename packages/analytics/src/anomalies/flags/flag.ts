import { FLAG_CATALOG } from './flag-catalog.js';
import type { EntityKind, FlagKind, Severity } from './flag-kind.js';

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

/** @param version - of the detector's rules; raised with each change that moves a verdict. */
export function makeFlag({ windowMs, ...draft }: FlagDraft, version: number): CandidateFlag {
  const window = Math.floor(draft.firstMs / windowMs);
  return {
    ...draft,
    dedupeKey: `${draft.kind}|${draft.entityKind}:${draft.entityId}|${windowMs}:${window}`,
    severity: FLAG_CATALOG[draft.kind].severity,
    detector: `anomalies/${draft.kind}`,
    version,
  };
}
