import type { KeyKind } from '@tidemark/protocol';
import type { ControlData, KeyRecord } from '../store/control/workspaces.js';
import { createApiKey, hashApiKey } from './api-key.js';
import { type ClientConfigs, createClientConfigs } from './client-configs.js';

/** Who may do what, by key. */
export interface Access {
  readonly workspaceId: string;
  readonly kind: KeyKind;
}

export interface IssuedKeys {
  readonly workspaceId: string;
  readonly writeKey: string;
  readonly readKey: string;
  readonly secretKey: string;
}

/** Workspaces, their keys and what their pages are told, in memory; answers while the store is down. */
export interface Registry {
  lookUp(key: string): Access | undefined;
  /** Adds a workspace with one key of each kind. The keys are returned here and nowhere again. */
  createWorkspace(workspaceId: string, name: string): IssuedKeys;
  readonly clientConfigs: ClientConfigs;
  /** Takes in what the store knows and this process does not. */
  merge(data: ControlData): void;
  data(): ControlData;
}

/** How many looked-up keys are remembered, so that a key is hashed once and not once a request. */
const REMEMBERED_KEYS = 10_000;

export function createRegistry(initial: ControlData, now: () => number): Registry {
  const workspaces = new Map(initial.workspaces.map((workspace) => [workspace.workspaceId, workspace]));
  const keys = new Map(initial.keys.map((key) => [key.keyHash, key]));
  const clientConfigs = createClientConfigs(initial.clientConfigs, now);
  const hashes = new Map<string, string>();

  /** Only known keys are remembered: a stranger's may be long, and there is no end of them. */
  function recordOf(key: string): KeyRecord | undefined {
    const hash = hashes.get(key) ?? hashApiKey(key);
    const record = keys.get(hash);
    if (record && hashes.size < REMEMBERED_KEYS) hashes.set(key, hash);
    return record;
  }

  return {
    lookUp(key) {
      const record = recordOf(key);
      return record && !record.revoked ? { workspaceId: record.workspaceId, kind: record.kind } : undefined;
    },
    createWorkspace(workspaceId, name) {
      const createdAtMs = now();
      workspaces.set(workspaceId, { workspaceId, name, createdAtMs });
      const issue = (kind: KeyKind): string => {
        const key = createApiKey(kind);
        const record: KeyRecord = { keyHash: hashApiKey(key), workspaceId, kind, createdAtMs, revoked: false };
        keys.set(record.keyHash, record);
        return key;
      };
      return { workspaceId, writeKey: issue('write'), readKey: issue('read'), secretKey: issue('secret') };
    },
    clientConfigs,
    merge(data) {
      for (const workspace of data.workspaces) workspaces.set(workspace.workspaceId, workspace);
      for (const key of data.keys) keys.set(key.keyHash, key);
      clientConfigs.merge(data.clientConfigs);
    },
    data: () => ({
      workspaces: [...workspaces.values()],
      keys: [...keys.values()],
      clientConfigs: clientConfigs.data(),
    }),
  };
}
