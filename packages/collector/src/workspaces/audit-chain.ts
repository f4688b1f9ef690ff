import { createHash } from 'node:crypto';
import type { AuditBreak, AuditEntry } from '@tidemark/protocol';

/** What there is to say of one change. */
export type AuditContent = Pick<
  AuditEntry,
  'actor' | 'addressPrefix' | 'action' | 'workspaceId' | 'subject' | 'detail'
>;

/** The place of an entry in its chain. */
type AuditPlace = Pick<AuditEntry, 'chainId' | 'number' | 'previousHash'>;

/** What the first entry of a chain carries as the hash of the one before. */
export const NO_HASH = '0'.repeat(64);

/** Puts an entry behind another, the first of a chain behind none. */
export function sealEntry(
  content: AuditContent,
  { chainId, number, previousHash }: AuditPlace,
  at: number,
): AuditEntry {
  const { actor, addressPrefix, action, workspaceId, subject, detail } = content;
  const unsealed = {
    chainId,
    number,
    at,
    actor,
    addressPrefix,
    action,
    workspaceId,
    subject,
    detail,
    previousHash,
  };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/**
 * Reads chains from their beginnings. What was altered, taken out, put in or moved is found at the first entry that shows
 * it; entries cut off at the end of a chain are found only by who knows how many there were.
 *
 * @param entries - of any number of chains, those of one chain in order of their numbers.
 * @returns the first break of each chain.
 */
export function verifyEntries(entries: Iterable<AuditEntry>, source: AuditBreak['source']): AuditBreak[] {
  const last = new Map<string, Pick<AuditEntry, 'number' | 'hash'>>();
  const breaks = new Map<string, AuditBreak>();
  for (const entry of entries) {
    const { chainId, number } = entry;
    if (breaks.has(chainId)) continue;
    const before = last.get(chainId) ?? { number: 0, hash: NO_HASH };
    const fault = faultOf(entry, before);
    if (fault)
      breaks.set(chainId, { chainId, number: fault === 'missing' ? before.number + 1 : number, fault, source });
    last.set(chainId, entry);
  }
  return [...breaks.values()];
}

function faultOf(
  entry: AuditEntry,
  before: Pick<AuditEntry, 'number' | 'hash'>,
): Exclude<AuditBreak['fault'], 'unreadable'> | undefined {
  if (entry.number > before.number + 1) return 'missing';
  if (entry.number <= before.number) return 'out_of_place';
  if (hashOf(entry) !== entry.hash) return 'altered';
  return entry.previousHash === before.hash ? undefined : 'altered';
}

/** Over a list of fixed order, so that no two entries are ever written alike. */
function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { chainId, number, at, actor, addressPrefix, action, workspaceId, subject, detail, previousHash } = entry;
  const text = [chainId, number, at, actor, addressPrefix, action, workspaceId, subject, detail, previousHash];
  return createHash('sha256').update(JSON.stringify(text)).digest('hex');
}
