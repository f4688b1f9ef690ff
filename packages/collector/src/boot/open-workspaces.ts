import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../observe/errors.js';
import { readControlSnapshot, writeControlSnapshot } from '../workspaces/control-snapshot.js';
import { createRegistry, type IssuedKeys, type Registry } from '../workspaces/registry.js';

export interface Workspaces {
  readonly registry: Registry;
  /** The first workspace's keys: from `keys.json` in the data directory, readable by its owner alone. */
  readonly keys: IssuedKeys;
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
  const keys = snapshot ? await readKeys(dataDirectory) : registry.createWorkspace(firstWorkspace, firstWorkspace);
  if (!snapshot) {
    await writeKeys(dataDirectory, keys);
    await save();
  }
  return {
    registry,
    keys,
    save,
    saveAddress: (url) => writeKeys(dataDirectory, { ...keys, url }),
    clearAddress: () => writeKeys(dataDirectory, keys),
  };
}

async function readKeys(dataDirectory: string): Promise<IssuedKeys> {
  const path = keysFile(dataDirectory);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TidemarkError('keys_missing', `${path} is missing: put it back, or choose another --data`, { cause });
  });
  const { url: _former, ...keys } = JSON.parse(text) as LocalKeys; // written below
  return keys;
}

/** By way of another file: the keys are kept nowhere else, and a reader must never find half of them. */
async function writeKeys(dataDirectory: string, keys: LocalKeys): Promise<void> {
  const path = keysFile(dataDirectory);
  await writeFile(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
