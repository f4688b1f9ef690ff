import type { OrderSide } from './events/business.js';
import type { EpochMs } from './ids.js';

/** How a flag stands; `snoozed` ends by itself. */
export const FLAG_STATUSES = ['open', 'acknowledged', 'snoozed', 'resolved', 'false_positive'] as const;
export type FlagStatus = (typeof FLAG_STATUSES)[number];

/** How much a flag asks for attention. */
export const FLAG_SEVERITIES = ['info', 'low', 'medium', 'high'] as const;
export type FlagSeverity = (typeof FLAG_SEVERITIES)[number];

/** What flags are about: an id alone says not of what kind it is. */
export const FLAG_ENTITY_KINDS = ['user', 'device', 'address', 'product', 'workspace'] as const;
export type FlagEntityKind = (typeof FLAG_ENTITY_KINDS)[number];

/** What of a workspace a flag is about: a part of the app, or of what is told of orders; `model inputs` is what is known of them. */
export type WorkspacePart =
  | { readonly part: 'surface'; readonly surface: string }
  | { readonly part: 'page'; readonly page: string; readonly surface: string }
  | { readonly part: 'release'; readonly release: string }
  | { readonly part: 'deliveries' }
  | { readonly part: 'all surfaces' }
  | { readonly part: 'model' | 'model inputs'; readonly side: OrderSide };

/** A number beside what it usually is. */
export interface FlagMetric {
  readonly metric: string;
  readonly observed: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** How far back what is usual was learnt from, milliseconds; 0 for a limit that is not learnt. */
  readonly baselineSpanMs: number;
  readonly n: number;
}

/** A flag as the feed tells it. Told again with a later `position` whenever anything of it changed. */
export interface RiskFlag {
  /** Made from workspace, kind, entity and window: the same input gives the same id. */
  readonly flagId: string;
  readonly kind: string;
  readonly severity: FlagSeverity;
  readonly entity: { readonly kind: FlagEntityKind; readonly id: string };
  /** Where the event happened that raised it; empty when a server sent that. */
  readonly surface: string;
  readonly status: FlagStatus;
  /** What was said when its status was last set; empty while nobody has. */
  readonly statusReason: string;
  /** Id of the key that set it; empty while nobody has. */
  readonly statusBy: string;
  /** 0 while nobody has set it. */
  readonly statusAt: EpochMs;
  /** 0 unless it is snoozed. */
  readonly snoozedUntil: EpochMs;
  /** About -ln of the share of clean entities that would get here, nats; not calibrated. */
  readonly score: number;
  /** How often the incident was noticed. */
  readonly count: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** The collector's clock when the batch arrived that raised it. */
  readonly raisedAt: EpochMs;
  readonly evidence: {
    readonly metrics: readonly FlagMetric[];
    /** Events at which it was noticed: the first ones and the latest. */
    readonly eventIds: readonly string[];
    /** Answers the raw events of the incident; takes the same key. */
    readonly eventsUrl: string;
  };
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly detector: string;
  readonly detectorVersion: number;
  /** Of a roll-up: how many small flags it stands for. */
  readonly rolledUp: number;
  /** The collector that raised it. */
  readonly collectorId: string;
  /** Grows with each change at that collector. */
  readonly position: number;
}

/** What can be done with a flag. */
export const TRIAGE_ACTIONS = ['acknowledge', 'resolve', 'false_positive', 'snooze', 'reopen'] as const;
export type TriageAction = (typeof TRIAGE_ACTIONS)[number];

export interface FlagTriage {
  readonly action: TriageAction;
  /** Required for a false positive: the next reader learns from it. */
  readonly reason?: string;
  /** Required to snooze. */
  readonly untilMs?: EpochMs;
}

/** Which flags are wanted; all of what is not named. Lists are joined by commas. */
export interface FlagFilter {
  readonly kind?: readonly string[];
  readonly severity?: readonly FlagSeverity[];
  readonly status?: readonly FlagStatus[];
  readonly surface?: readonly string[];
  /** `KIND:ID`, or an id of whatever kind. */
  readonly entity?: string;
}

/** A page of the feed, in the order of `position`. */
export interface FlagPage {
  readonly flags: readonly RiskFlag[];
  /** Give it back for what comes after; the same as before when nothing did. */
  readonly cursor: string;
  /** There is more already. */
  readonly more: boolean;
}

/** What triage says of a kind so far. */
export interface FlagPrecision {
  readonly kind: string;
  readonly raised: number;
  readonly resolved: number;
  readonly falsePositives: number;
  /** resolved / (resolved + false positives); null while nobody has judged any. */
  readonly precision: number | null;
}
