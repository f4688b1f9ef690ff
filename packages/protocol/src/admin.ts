import type { KeyKind, KeyScope } from './keys.js';

/** A workspace as the admin API tells of it. */
export interface WorkspaceInfo {
  readonly workspaceId: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Its keys are refused with 403; devices keep what they have. */
  readonly disabled: boolean;
  /** How long events are kept, days from their arrival; 0 is for ever. */
  readonly retentionDays: number;
  /** How long aggregates are kept, days of their events; 0, and less than `retentionDays`: as long as the events. */
  readonly rollupDays: number;
  /** New events it may send a day (UTC); 0 is without end. */
  readonly dailyEvents: number;
  /** Origins whose pages may use its write keys, where a key names none of its own; none is any. */
  readonly allowedOrigins: readonly string[];
  /** Ids of users and accounts are stored as HMACs under a salt of the workspace. */
  readonly pseudonymousIds: boolean;
  /** Visitors are told apart by a salt of the day; no id that a browser kept is stored, and no cookie set. */
  readonly cookieless: boolean;
  /** New events accepted since UTC midnight. */
  readonly eventsToday: number;
}

/** A key as the admin API tells of it: all but the key. */
export interface KeyInfo {
  /** What to call it by: the beginning of its hash, 16 hex digits. */
  readonly keyId: string;
  readonly workspaceId: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Origins whose pages may use it; none: those of its workspace. */
  readonly origins: readonly string[];
  /** Requests a second that it may make on average; 0: as the installation says. */
  readonly requestsPerSecond: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; absent when it does not end. */
  readonly expiresAt?: number;
  readonly state: 'active' | 'expired' | 'revoked';
}

/** A new key; `key` is shown here and nowhere again. */
export interface IssuedKey extends KeyInfo {
  readonly key: string;
}

/** What was changed in the control data, by whom. Each entry carries the hash of the one before. */
export interface AuditEntry {
  /** A collector's own row of entries; collectors in front of one store each have one. */
  readonly chainId: string;
  /** Position in the chain, from 1. */
  readonly number: number;
  /** Epoch milliseconds, the collector's clock. */
  readonly at: number;
  /** Id of the key that asked; `collector` for what it did by itself. */
  readonly actor: string;
  /** Network that it was asked from; empty when nobody asked. */
  readonly addressPrefix: string;
  readonly action: AuditAction;
  /** Empty for what belongs to no workspace. */
  readonly workspaceId: string;
  /** Id of the key or workspace that was changed; of an erasure the id of its certificate. */
  readonly subject: string;
  /** What was said, JSON; never a key. */
  readonly detail: string;
  /** SHA-256, hex; zeros before the first. */
  readonly previousHash: string;
  /** SHA-256 over all of the above, hex. */
  readonly hash: string;
}

export const AUDIT_ACTIONS = [
  'chain.begin',
  'config.change',
  'flag.triage',
  'key.issue',
  'key.revoke',
  'key.rotate',
  'model.judge',
  'model.serve',
  'policy.set',
  'rule.remove',
  'rule.set',
  'scorecard.ask',
  'subject.erase',
  'subject.export',
  'webhook.create',
  'webhook.remove',
  'webhook.resend',
  'workspace.change',
  'workspace.create',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What is wrong with a chain, and where first. */
export interface AuditBreak {
  readonly chainId: string;
  readonly number: number;
  readonly fault: 'altered' | 'missing' | 'out_of_place' | 'unreadable';
  /** Where it was found. */
  readonly source: 'file' | 'store';
}

export interface AuditVerdict {
  readonly entries: number;
  readonly chains: number;
  /** False while the store is down: then only the collector's own file was looked at. */
  readonly storeChecked: boolean;
  /** The first of each chain; empty when all is as it was written. */
  readonly breaks: readonly AuditBreak[];
}
