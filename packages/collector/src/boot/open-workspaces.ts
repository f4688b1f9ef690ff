import { join } from 'node:path';
import { readWhole } from '../disk/read-whole.js';
import { writeWhole } from '../disk/write-whole.js';
import { TidemarkError } from '../observe/errors.js';
import { hashApiKey, keyIdOf } from '../workspaces/api-key.js';
import type { AuditContent } from '../workspaces/audit-chain.js';
import { readControlSnapshot, writeControlSnapshot } from '../workspaces/control-snapshot.js';
import { issueKey } from '../workspaces/issue-key.js';
import { createRegistry, type IssuedKeys, type Registry } from '../workspaces/registry.js';

export interface Workspaces {
  readonly registry: Registry;
  /** The first workspace's keys: from `keys.json` in the data directory, readable by its owner alone. */
  readonly keys: IssuedKeys;
  /** What this start made of itself, for the audit log, which is opened after it. */
  readonly made: readonly AuditContent[];
  /** Puts a key in the place of another, where that is one of those in `keys.json`. */
  replaceKey(formerKeyId: string, key: string): Promise<void>;
  save(): Promise<void>;
  /** Leaves the collector's address beside the keys, so that the command line sends them nowhere else. */
  saveAddress(url: string): Promise<void>;
  /** Takes it away again: whoever listens there next is somebody else. */
  clearAddress(): Promise<void>;
}

/** What `keys.json` holds. */
export interface LocalKeys extends IssuedKeys {
  /** Where the collector listens; absent before it does, and after it was stopped. */
  readonly url?: string;
  /** Manages all workspaces; absent before the first start of a release that has it. */
  readonly adminKey?: string;
}

/** The file that the command line on the same machine takes its keys from. */
export function keysFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys.json');
}

/** Workspaces and keys as the last process knew them; the first start makes one workspace. */
export async function openWorkspaces(dataDirectory: string, firstWorkspace: string): Promise<Workspaces> {
  const snapshot = await readControlSnapshot(dataDirectory);
  const registry = createRegistry(snapshot ?? { workspaces: [], keys: [], clientConfigs: [] }, Date.now);
  let saving: Promise<void> = Promise.resolve();
  const save = () => {
    saving = saving.catch(() => undefined).then(() => writeControlSnapshot(dataDirectory, registry.data()));
    return saving; // one at a time: they go by way of the same file
  };
  let local: LocalKeys = snapshot
    ? withoutAddress(await readLocalKeys(dataDirectory))
    : registry.createWorkspace(firstWorkspace, firstWorkspace);
  const made: AuditContent[] = snapshot ? [] : [ownChange('workspace.create', local.workspaceId, local.workspaceId)];
  if (!opens(registry, local.adminKey)) {
    const { key, record } = issueOperatorKey(Date.now());
    registry.addKey(record);
    made.push(ownChange('key.issue', '', keyIdOf(record.keyHash)));
    local = { ...local, adminKey: key };
    await writeKeys(dataDirectory, local);
    await save();
  }
  const { workspaceId, writeKey, readKey, secretKey } = local;

  let writing: Promise<void> = Promise.resolve();
  function change(next: (keys: LocalKeys) => LocalKeys): Promise<void> {
    writing = writing
      .catch(() => undefined)
      .then(() => {
        local = next(local);
        return writeKeys(dataDirectory, local);
      });
    return writing;
  }

  return {
    registry,
    keys: { workspaceId, writeKey, readKey, secretKey },
    made,
    replaceKey: async (formerKeyId, key) => {
      const name = KEPT.find((field) => keyIdOf(hashApiKey(local[field] ?? '')) === formerKeyId);
      if (name !== undefined) await change((keys) => ({ ...keys, [name]: key }));
    },
    save,
    saveAddress: (url) => change((keys) => ({ ...keys, url })),
    clearAddress: () => change(withoutAddress),
  };
}

const KEPT = ['writeKey', 'readKey', 'secretKey', 'adminKey'] as const;

function withoutAddress({ url: _former, ...keys }: LocalKeys): LocalKeys {
  return keys;
}

/** It belongs to no workspace, and lies in `keys.json` alone. */
function issueOperatorKey(nowMs: number) {
  return issueKey({ workspaceId: '', kind: 'secret', name: 'operator', scopes: ['operator'] }, nowMs);
}

function ownChange(action: AuditContent['action'], workspaceId: string, subject: string): AuditContent {
  return { actor: 'collector', addressPrefix: '', action, workspaceId, subject, detail: '{"reason":"start"}' };
}

function opens(registry: Registry, key: string | undefined): boolean {
  return key !== undefined && registry.lookUp(key).kind === 'granted';
}

/** @throws {TidemarkError} `keys_missing`, `file_damaged`. */
export async function readLocalKeys(dataDirectory: string): Promise<LocalKeys> {
  const path = keysFile(dataDirectory);
  const keys = await readWhole(path, isLocalKeys);
  if (keys) return keys;
  throw new TidemarkError('keys_missing', `${path} is missing: put it back, or choose another --data`);
}

function isLocalKeys(value: unknown): value is LocalKeys {
  const keys = (value ?? {}) as Partial<LocalKeys>; // parsed from JSON
  return [keys.workspaceId, keys.writeKey, keys.readKey, keys.secretKey].every((key) => typeof key === 'string');
}

/** They are kept nowhere else. */
async function writeKeys(dataDirectory: string, keys: LocalKeys): Promise<void> {
  await writeWhole(keysFile(dataDirectory), `${JSON.stringify(keys, null, 2)}\n`);
}
