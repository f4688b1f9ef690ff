import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLocalKeys } from '../../boot/open-workspaces.js';
import { TidemarkError } from '../../observe/errors.js';
import type { ControlData } from '../../store/control/control-data.js';
import { readControlSnapshot } from '../../workspaces/control-snapshot.js';
import { keyFault } from '../../workspaces/registry.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, warn, fail } = findingsOf('Data');
/** Read or write for anybody but the owner. */
export const OTHERS = 0o077;

/** Keys in clear and the hashes of keys: a start needs both or neither, whole, and nobody else may read them. */
export async function checkKeys(directory: string, nowMs: number): Promise<Finding[]> {
  const [keys, control] = await Promise.all([findFile(directory, 'keys.json'), findFile(directory, 'control.json')]);
  if (!keys.isThere && !control.isThere) return [];
  let data: ControlData | undefined;
  const ofControl = control.isThere
    ? await judgeFile(control, async () => {
        data = await readControlSnapshot(directory);
      })
    : fail(
        control.name,
        'missing beside keys.json',
        'Put it back from a backup before the next start, which makes new keys and writes them over keys.json.',
      );
  const ofKeys = await judgeFile(keys, () => readLocalKeys(directory));
  return [ofKeys, ofControl, ...(data ? [checkWriteKeys(data, nowMs)] : [])];
}

interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly isThere: boolean;
  readonly mode: number;
}

async function findFile(directory: string, name: string): Promise<FoundFile> {
  const path = join(directory, name);
  const found = await stat(path).catch(() => undefined);
  return { name, path, isThere: found !== undefined, mode: found?.mode ?? 0 };
}

/** @param read - as a start reads it. */
async function judgeFile({ name, path, isThere, mode }: FoundFile, read: () => Promise<unknown>): Promise<Finding> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof TidemarkError)) throw error;
    return fail(name, `${isThere ? 'damaged' : 'missing'}: no collector starts with it so`, `${error.message}.`);
  }
  if ((mode & OTHERS) === 0) return ok(name, 'readable by its owner alone');
  return fail(
    name,
    `readable by others (${(mode & 0o777).toString(8)})`,
    `chmod 600 '${path}', and issue new keys if strangers use this machine.`,
  );
}

function checkWriteKeys({ workspaces, keys }: ControlData, nowMs: number): Finding {
  const workspaceOf = new Map(workspaces.map((workspace) => [workspace.workspaceId, workspace]));
  const live = keys.filter((key) => key.kind === 'write' && !keyFault(key, workspaceOf.get(key.workspaceId), nowMs));
  if (live.length > 0) return ok('write key', `${live.length} of them open something`);
  const advice = 'No page can send: issue one with tidemark keys issue write, or switch its workspace on again.';
  return warn('write key', 'each is revoked, expired, or of a workspace that is switched off', advice);
}
