import { randomBytes } from 'node:crypto';
import type { KeyKind, KeyScope } from '@tidemark/protocol';
import type { ControlData, KeyRecord, WorkspaceRecord, WrittenControlData } from '../store/control/control-data.js';
import { hashApiKey, isWellFormedKey, keyIdOf } from './api-key.js';
import { type ClientConfigs, createClientConfigs } from './client-configs.js';
import { completeControl } from './complete-control.js';
import { issueKey } from './issue-key.js';

/** Who may do what, by key. */
export interface Access {
  /** Empty for the operator, who belongs to none. */
  readonly workspaceId: string;
  readonly kind: KeyKind;
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
  /** Whose pages may use it; none is anybody's. */
  readonly origins: readonly string[];
  /** Requests a second that it may make on average; 0 is as the installation says. */
  readonly requestsPerSecond: number;
}

/** What is known of a key. */
export type KeyLookup =
  | { readonly kind: 'granted'; readonly access: Access }
  /** Mistyped, or no key at all. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'expired'; readonly atMs: number }
  /** Its workspace is switched off. */
  | { readonly kind: 'disabled' };

export interface IssuedKeys {
  readonly workspaceId: string;
  readonly writeKey: string;
  readonly readKey: string;
  readonly secretKey: string;
}

/** Workspaces, their keys and what their pages are told, in memory; answers while the store is down. */
export interface Registry {
  lookUp(key: string): KeyLookup;
  /** Adds a workspace with one key of each kind. The keys are returned here and nowhere again. */
  createWorkspace(workspaceId: string, name: string, settings?: Partial<WorkspaceSettings>): IssuedKeys;
  workspace(workspaceId: string): WorkspaceRecord | undefined;
  /** The record becomes the latest, whatever the clock says. */
  changeWorkspace(workspaceId: string, change: Partial<WorkspaceSettings>): WorkspaceRecord | undefined;
  key(keyId: string): KeyRecord | undefined;
  addKey(record: KeyRecord): void;
  changeKey(keyId: string, change: Partial<Pick<KeyRecord, 'revoked' | 'expiresAtMs'>>): KeyRecord | undefined;
  readonly clientConfigs: ClientConfigs;
  /** Takes in what somebody else knows; the later of two holds, and a revoked key stays so. */
  merge(data: WrittenControlData): void;
  data(): ControlData;
}

export type WorkspaceSettings = Pick<
  WorkspaceRecord,
  | 'name'
  | 'disabled'
  | 'retentionDays'
  | 'rollupDays'
  | 'dailyEvents'
  | 'allowedOrigins'
  | 'pseudonymousIds'
  | 'cookieless'
>;

/** How many looked-up keys are remembered, so that a key is hashed once and not once a request. */
const REMEMBERED_KEYS = 10_000;

export function createRegistry(initial: WrittenControlData, now: () => number): Registry {
  const workspaces = new Map<string, WorkspaceRecord>();
  const keys = new Map<string, KeyRecord>();
  const byId = new Map<string, string>();
  const clientConfigs = createClientConfigs(initial.clientConfigs ?? [], now);
  /** By the key itself. Only keys that open something: a stranger's may be long, and there is no end of them. */
  const granted = new Map<string, { readonly lookup: KeyLookup; readonly untilMs: number }>();
  merge(initial);

  function putWorkspace(record: WorkspaceRecord): void {
    workspaces.set(record.workspaceId, record);
    granted.clear();
  }

  function putKey(record: KeyRecord): void {
    keys.set(record.keyHash, record);
    byId.set(keyIdOf(record.keyHash), record.keyHash);
    granted.clear();
  }

  function merge(data: WrittenControlData): void {
    const complete = completeControl(data);
    for (const workspace of complete.workspaces) {
      const known = workspaces.get(workspace.workspaceId);
      const later = !known || workspace.version >= known.version ? workspace : known;
      putWorkspace(withAllSalts(later, [...(known?.idSalts ?? []), ...workspace.idSalts]));
    }
    for (const key of complete.keys) {
      const known = keys.get(key.keyHash);
      const isLater = !known || key.version >= known.version;
      if (isLater && known?.revoked && !key.revoked) putKey({ ...key, revoked: true, version: key.version + 1 });
      else if (isLater) putKey(key);
      else if (key.revoked && !known.revoked) putKey({ ...known, revoked: true, version: known.version + 1 });
    }
    clientConfigs.merge(complete.clientConfigs);
  }

  function judge(key: string): KeyLookup {
    if (!isWellFormedKey(key)) return { kind: 'malformed' };
    const record = keys.get(hashApiKey(key));
    if (!record) return { kind: 'unknown' };
    const workspace = workspaces.get(record.workspaceId);
    const fault = keyFault(record, workspace, now());
    if (fault) return fault;
    const { workspaceId, kind, scopes, requestsPerSecond } = record;
    const origins = record.origins.length > 0 ? record.origins : (workspace?.allowedOrigins ?? []);
    const keyId = keyIdOf(record.keyHash);
    const access = { workspaceId, kind, keyId, scopes, origins: kind === 'write' ? origins : [], requestsPerSecond };
    const lookup: KeyLookup = { kind: 'granted', access };
    const untilMs = record.expiresAtMs || Number.POSITIVE_INFINITY;
    if (granted.size >= REMEMBERED_KEYS) granted.clear();
    granted.set(key, { lookup, untilMs });
    return lookup;
  }

  const laterThan = (version: number): number => Math.max(now(), version + 1); // under a clock that was set back, too

  return {
    lookUp(key) {
      const known = granted.get(key);
      return known !== undefined && (known.untilMs === Number.POSITIVE_INFINITY || now() < known.untilMs)
        ? known.lookup
        : judge(key);
    },
    createWorkspace(workspaceId, name, settings = {}) {
      const createdAtMs = now();
      const [none] = completeControl({ workspaces: [{ workspaceId, name, createdAtMs }], keys: [] }).workspaces;
      putWorkspace(withSalt({ ...(none as WorkspaceRecord), ...settings, version: createdAtMs })); // one in, one out
      const issue = (kind: KeyKind): string => {
        const { key, record } = issueKey({ workspaceId, kind }, createdAtMs);
        putKey(record);
        return key;
      };
      return { workspaceId, writeKey: issue('write'), readKey: issue('read'), secretKey: issue('secret') };
    },
    workspace: (workspaceId) => workspaces.get(workspaceId),
    changeWorkspace(workspaceId, change) {
      const known = workspaces.get(workspaceId);
      if (!known) return undefined;
      const record = withSalt({ ...known, ...change, version: laterThan(known.version) });
      putWorkspace(record);
      return record;
    },
    key: (keyId) => keys.get(byId.get(keyId) ?? ''),
    addKey: putKey,
    changeKey(keyId, change) {
      const known = keys.get(byId.get(keyId) ?? '');
      if (!known) return undefined;
      const record = { ...known, ...change, version: laterThan(known.version) };
      putKey(record);
      return record;
    },
    clientConfigs,
    merge,
    data: () => ({
      workspaces: [...workspaces.values()],
      keys: [...keys.values()],
      clientConfigs: clientConfigs.data(),
    }),
  };
}

/** Why a key that was issued opens nothing; undefined while it does. */
export function keyFault(
  { revoked, expiresAtMs }: KeyRecord,
  workspace: WorkspaceRecord | undefined,
  nowMs: number,
): KeyLookup | undefined {
  if (revoked) return { kind: 'revoked' };
  if (expiresAtMs !== 0 && expiresAtMs <= nowMs) return { kind: 'expired', atMs: expiresAtMs };
  return workspace?.disabled ? { kind: 'disabled' } : undefined;
}

const SALT_BYTES = 32;

/** The first time that ids are to be pseudonyms. The salt is told nobody: not by the admin API, and not to the audit log. */
function withSalt(record: WorkspaceRecord): WorkspaceRecord {
  if (!record.pseudonymousIds || record.idSalts.length > 0) return record;
  return { ...record, idSalts: [randomBytes(SALT_BYTES).toString('hex')] };
}

/** A salt that is lost is people who are never found again: of two records the later holds, but for its salts. */
function withAllSalts(record: WorkspaceRecord, salts: readonly string[]): WorkspaceRecord {
  const idSalts = [...new Set(salts)].sort();
  return idSalts.length === record.idSalts.length ? record : { ...record, idSalts, version: record.version + 1 };
}
