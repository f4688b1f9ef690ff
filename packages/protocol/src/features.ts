import type { EpochMs } from './ids.js';

/** What a feature is about. */
export const SUBJECT_KINDS = ['visitor', 'user', 'organisation', 'device', 'product', 'page', 'workspace'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What features are asked for. */
export interface FeatureQuery {
  /** Id of the subject, as the store has it; for a workspace its own id. */
  readonly subject: string;
  /** All kinds that have a subject of this id, unless told. */
  readonly kind?: SubjectKind;
  /** Now, unless told. Later events are not looked at. */
  readonly asOf?: EpochMs;
  /** Of the market's zone, whose days and hours count; 480 (Asia/Shanghai) unless told. */
  readonly utcOffsetMinutes?: number;
}

/** Whose features are asked for: all subjects of a kind of whom something arrived lately. */
export interface FeatureRowsQuery {
  readonly kind: SubjectKind;
  /** By when it arrived; 24 hours ago unless told. */
  readonly activeSince?: EpochMs;
  readonly asOf?: EpochMs;
  readonly utcOffsetMinutes?: number;
}
export const UTC_OFFSET_MINUTES = 480;

/** One feature of one subject. */
export interface FeatureReading {
  readonly name: string;
  readonly value: number | null;
  /** Why there is no value; null when there is one. */
  readonly reason: string | null;
  readonly unit: string;
  /** Who reckoned it: the store whole, the collector from lists that the store put in order, or the collector's memory. */
  readonly computedIn: 'store' | 'typescript' | 'memory';
  /** These lists; empty otherwise. */
  readonly inputs: readonly string[];
  /** Events after this and up to the moment asked for were counted. */
  readonly after: EpochMs;
  readonly freshness: 'velocity' | 'store';
}

export interface FeaturesAnswer {
  readonly subject: string;
  readonly asOf: EpochMs;
  readonly utcOffsetMinutes: number;
  /** Kinds that have a subject of this id, each with all of its features. */
  readonly kinds: readonly { readonly kind: SubjectKind; readonly features: readonly FeatureReading[] }[];
}

/** What a feature is, whoever it is of. */
export interface FeatureEntry {
  readonly name: string;
  readonly kinds: readonly SubjectKind[];
  readonly windowMs: number;
  readonly unit: string;
  readonly definition: string;
  /** Paper or convention that it is taken from. */
  readonly source: string;
  readonly freshness: FeatureReading['freshness'];
}

/** Every feature there is, under headings. */
export interface FeatureCatalog {
  readonly groups: readonly { readonly title: string; readonly features: readonly FeatureEntry[] }[];
}
