import type { AuditEntry, AuditVerdict } from '@tidemark/protocol';
import type { StoreConnection } from '../store/connect.js';
import { readAuditChains, readLatestAudit } from '../store/control/audit-log.js';
import { verifyEntries } from './audit-chain.js';
import type { AuditLines } from './audit-file.js';

/** What was changed, as this collector's file and the store know it. */
export interface AuditTrail {
  /** The latest first. @param workspaceId - empty for all. */
  latest(workspaceId: string, limit: number): Promise<readonly AuditEntry[]>;
  verify(): Promise<AuditVerdict>;
}

export interface AuditTrailOptions {
  readonly readFile: () => Promise<AuditLines>;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
}

/** Other collectors' entries are in the store alone, the latest of this one maybe in its file alone. */
export function createAuditTrail({ readFile, store, storeReady }: AuditTrailOptions): AuditTrail {
  const fromStore = async (ask: () => Promise<AuditEntry[]>): Promise<AuditEntry[] | undefined> =>
    storeReady() ? ask().catch(() => undefined) : undefined;

  return {
    async latest(workspaceId, limit) {
      const own = (await readFile()).entries.filter((entry) => workspaceId === '' || entry.workspaceId === workspaceId);
      const carried = await fromStore(() => readLatestAudit(store, workspaceId, limit));
      const byPlace = new Map([...own, ...(carried ?? [])].map((entry) => [placeOf(entry), entry]));
      return [...byPlace.values()].sort((a, b) => b.at - a.at || b.number - a.number).slice(0, limit);
    },
    async verify() {
      // The file after the store: what was carried meanwhile is then in both.
      const carried = await fromStore(() => readAuditChains(store));
      const { entries, breaks } = await readFile();
      const all = new Map([...entries, ...(carried ?? [])].map((entry) => [placeOf(entry), entry]));
      return {
        entries: all.size,
        chains: new Set([...all.values()].map((entry) => entry.chainId)).size,
        storeChecked: carried !== undefined,
        breaks: [...breaks, ...verifyEntries(carried ?? [], 'store'), ...missingFromFile(entries, carried ?? [])],
      };
    },
  };
}

function placeOf({ chainId, number, hash }: AuditEntry): string {
  return `${chainId} ${number} ${hash}`;
}

/** The store has the own chain as far as it was carried: a file that was cut short or exchanged shows by that. */
function missingFromFile(file: readonly AuditEntry[], carried: readonly AuditEntry[]): AuditVerdict['breaks'] {
  const own = new Set(file.map((entry) => entry.chainId));
  const known = new Set(file.map(placeOf));
  const lost = carried.filter((entry) => own.has(entry.chainId) && !known.has(placeOf(entry)));
  const first = new Map(lost.reverse().map((entry) => [entry.chainId, entry]));
  return [...first.values()].map(({ chainId, number }) => ({
    chainId,
    number,
    fault: file.some((entry) => entry.chainId === chainId && entry.number === number) ? 'altered' : 'missing',
    source: 'file',
  }));
}
