import type { EpochMs } from './ids.js';

/** What was done when somebody was erased; it never holds the id. Counts are of rows unless they say otherwise. */
export interface ErasureCertificate {
  /** What the audit log calls this erasure. */
  readonly certificateId: string;
  readonly workspaceId: string;
  readonly erasedAt: EpochMs;
  /** All that stays: later events of the subject are refused by it, and a restored backup is freed of the subject. */
  readonly suppression: Suppression;
  /** Rows that lay in the WAL; they were loaded first, and are counted once more under their table. */
  readonly walRows: number;
  /** Rows deleted by table; every table that was looked at is named, the ones that held nothing with 0. */
  readonly deleted: Readonly<Record<string, number>>;
  /** Groups of aggregates that were counted anew without the subject, by table. */
  readonly recounted: Readonly<Record<string, number>>;
  /** The days (UTC) that were affected, ISO, in order. */
  readonly days: readonly string[];
  /** Events in the memory of the live stream. */
  readonly liveEvents: number;
  /** Rows that a last look still found; 0, or there is no certificate. */
  readonly remaining: 0;
  /** What was not looked into, in words; see docs/privacy.md. */
  readonly notCovered: readonly string[];
  readonly tookMs: number;
}

/** One person, in a form that tells whether an id is theirs and nothing else. */
export interface Suppression {
  /** Which key it was made under; the key itself is used for nothing else. */
  readonly keyId: string;
  /** HMAC-SHA-256 of workspace and id, hex. */
  readonly hmac: string;
  readonly sinceMs: EpochMs;
}
