import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { canonicalId } from '../store/privacy/subject-ids.js';
import type { SuppressionData, SuppressionKey, SuppressionRecord } from '../store/privacy/suppression-rows.js';

/** Who was erased, in memory; answers while the store is down. */
export interface Suppressions {
  /** Whether this id of a visitor or user is of somebody who was erased. Costs nothing while nobody was. */
  isErased(workspaceId: string, id: string): boolean;
  /** From now on its events are refused. The same id again gives the same entry. */
  add(workspaceId: string, id: string): SuppressionRecord;
  /** Takes in what somebody else knows. @returns whether anything of it was new. */
  merge(data: SuppressionData): boolean;
  data(): SuppressionData;
  count(): number;
}

const KEY_BYTES = 32;

export function createSuppressions(initial: SuppressionData, now: () => number): Suppressions {
  const keys = new Map<string, SuppressionKey>();
  const entries = new Map<string, SuppressionRecord>();
  merge(initial);

  function merge(data: SuppressionData): boolean {
    const before = keys.size + entries.size;
    for (const key of data.keys) if (!keys.has(key.keyId)) keys.set(key.keyId, key);
    for (const entry of data.entries) if (!entries.has(entry.hmac)) entries.set(entry.hmac, entry);
    return keys.size + entries.size > before;
  }

  /** Two collectors may each have made a key before they knew of one another: both hold. */
  function find(workspaceId: string, id: string): SuppressionRecord | undefined {
    if (entries.size === 0) return undefined;
    for (const key of keys.values()) {
      const entry = entries.get(hmacOf(key, workspaceId, id));
      if (entry) return entry;
    }
    return undefined;
  }

  function oldestKey(): SuppressionKey {
    const [oldest] = [...keys.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.keyId < b.keyId ? -1 : 1));
    if (oldest) return oldest;
    const key = { keyId: randomUUID(), key: randomBytes(KEY_BYTES).toString('hex'), createdAtMs: now() };
    keys.set(key.keyId, key);
    return key;
  }

  return {
    isErased: (workspaceId, id) => find(workspaceId, id) !== undefined,
    add(workspaceId, id) {
      const known = find(workspaceId, id);
      if (known) return known;
      const key = oldestKey();
      const entry = { workspaceId, keyId: key.keyId, hmac: hmacOf(key, workspaceId, id), sinceMs: now() };
      entries.set(entry.hmac, entry);
      return entry;
    },
    merge,
    data: () => ({ keys: [...keys.values()], entries: [...entries.values()] }),
    count: () => entries.size,
  };
}

/** A zero byte stands in neither, so that no two pairs are one text. */
function hmacOf({ key }: SuppressionKey, workspaceId: string, id: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex'))
    .update(`${workspaceId}\0${canonicalId(id)}`)
    .digest('hex');
}
