import type { KeyKind, KeyScope } from '@tidemark/protocol';
import type { ClientConfigRecord } from './client-configs.js';

export interface WorkspaceRecord {
  readonly workspaceId: string;
  readonly name: string;
  readonly createdAtMs: number;
  /** Its keys open nothing. */
  readonly disabled: boolean;
  /** Days from the arrival of an event; 0 is for ever. */
  readonly retentionDays: number;
  /** Days of the events that aggregates are kept for; 0, and less than `retentionDays`: as long as the events. */
  readonly rollupDays: number;
  /** New events a day (UTC); 0 is without end. */
  readonly dailyEvents: number;
  /** Whose pages may use its write keys; none is anybody's. */
  readonly allowedOrigins: readonly string[];
  /** Ids of users and accounts are stored as HMACs under its salt. */
  readonly pseudonymousIds: boolean;
  /**
   * Hex, in order. One is made when the setting is first switched on; two when two collectors did so at once. The first is
   * used, ids are looked for under all. They stay when the setting is switched off: so do the ids that were stored.
   */
  readonly idSalts: readonly string[];
  /** Visitors are told apart by a salt of the day, and no cookie is set. */
  readonly cookieless: boolean;
  /** When it was last changed, epoch milliseconds; the later of two is the one that holds. */
  readonly version: number;
}

export interface KeyRecord {
  /** SHA-256 of the key, hex: the key itself is nowhere kept. */
  readonly keyHash: string;
  /** Empty for the key of the installation's operator. */
  readonly workspaceId: string;
  readonly kind: KeyKind;
  readonly createdAtMs: number;
  /** For good: no later record undoes it. */
  readonly revoked: boolean;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Whose pages may use it; none: as its workspace says. */
  readonly origins: readonly string[];
  /** Epoch milliseconds; 0 is never. */
  readonly expiresAtMs: number;
  /** On average; 0 is as the installation says. */
  readonly requestsPerSecond: number;
  /** As that of a workspace. */
  readonly version: number;
}

export interface ControlData {
  readonly workspaces: readonly WorkspaceRecord[];
  readonly keys: readonly KeyRecord[];
  readonly clientConfigs: readonly ClientConfigRecord[];
}

type Written<Whole, Always extends keyof Whole> = Pick<Whole, Always> & Partial<Whole>;

/** As any release may have written it: what came later is not there. */
export interface WrittenControlData {
  readonly workspaces: readonly Written<WorkspaceRecord, 'workspaceId' | 'name' | 'createdAtMs'>[];
  readonly keys: readonly Written<KeyRecord, 'keyHash' | 'workspaceId' | 'kind' | 'createdAtMs' | 'revoked'>[];
  readonly clientConfigs?: readonly ClientConfigRecord[];
}
