import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../observe/errors.js';
import { readControlSnapshot, writeControlSnapshot } from '../workspaces/control-snapshot.js';
import { createRegistry, type IssuedKeys, type Registry } from '../workspaces/registry.js';

export interface Workspaces {
  readonly registry: Registry;
  /** The first workspace's keys: from `keys.json` in the data directory, readable by its owner alone. */
  readonly keys: IssuedKeys;
  save(): Promise<void>;
}

/** The file that the command line on the same machine takes its keys from. */
export function keysFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys.json');
}

/** Workspaces and keys as the last process knew them; the first start makes one workspace. */
export async function openWorkspaces(dataDirectory: string, firstWorkspace: string): Promise<Workspaces> {
  const snapshot = await readControlSnapshot(dataDirectory);
  const registry = createRegistry(snapshot ?? { workspaces: [], keys: [] }, Date.now);
  const save = () => writeControlSnapshot(dataDirectory, registry.data());
  if (snapshot) {
    const keys = JSON.parse(await readKeys(dataDirectory)) as IssuedKeys; // written below
    return { registry, keys, save };
  }
  const keys = registry.createWorkspace(firstWorkspace, firstWorkspace);
  await writeFile(keysFile(dataDirectory), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await save();
  return { registry, keys, save };
}

async function readKeys(dataDirectory: string): Promise<string> {
  const path = keysFile(dataDirectory);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TidemarkError('keys_missing', `${path} is missing: put it back, or choose another --data`, { cause });
  });
}
