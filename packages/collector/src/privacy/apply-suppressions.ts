import { randomUUID } from 'node:crypto';
import type { StoreConnection } from '../store/connect.js';
import { eraseSubject } from '../store/privacy/erase-subject.js';
import { readPeople } from '../store/privacy/people.js';

export interface ApplyOptions {
  readonly store: StoreConnection;
  readonly isErased: (workspaceId: string, id: string) => boolean;
  /** Workspaces that somebody was erased from. */
  readonly workspaces: readonly string[];
}

/**
 * Erases everybody again whom a suppression names and who is in the tables all the same, because a backup of before brought
 * them back. Nothing may be loaded meanwhile.
 *
 * @returns how many people.
 */
export async function applySuppressions({ store, isErased, workspaces }: ApplyOptions): Promise<number> {
  let people = 0;
  for (const workspaceId of workspaces) {
    const found = new Set<string>();
    for await (const ids of readPeople(store, workspaceId)) {
      for (const id of ids) if (isErased(workspaceId, id)) found.add(id);
    }
    for (const id of found) await eraseSubject(store, workspaceId, id, randomUUID());
    people += found.size;
  }
  return people;
}
