import { createHash } from 'node:crypto';
import type { RiskFlag } from '@tidemark/protocol';
import type { FlagRow } from '../../store/tables/flags.js';
import { uuidV8 } from '../uuid-v8.js';

/** Flags in memory, those that changed last; the store has the others. */
export interface KnownFlags {
  /** Takes a flag as it is now. @returns the same. */
  keep(row: FlagRow): FlagRow;
  find(workspaceId: string, flagId: string): FlagRow | undefined;
  /** The newest incident under a dedupe key that is not closed, or the id of a new one. */
  incident(workspaceId: string, dedupeKey: string): { readonly flagId: string; readonly row?: FlagRow };
  /** Those about an entity that are neither closed nor snoozed. */
  openOf(workspaceId: string, entityKind: string, entityId: string): readonly RiskFlag[];
  /** @returns how many were about one of these. */
  forget(workspaceId: string, forms: readonly string[]): number;
  rows(): readonly FlagRow[];
  size(): number;
  evicted(): number;
}

/** Dedupe keys span a day, those of a model's drift as long as it goes on; a flag that changed before all these is the store's affair. */
export const FLAGS_MAX = 20_000;
const IS_OPEN: ReadonlySet<RiskFlag['status']> = new Set(['open', 'acknowledged']);

export function createKnownFlags(): KnownFlags {
  const known = new Map<string, FlagRow>();
  /** Keys of the flags of each entity: a decision asks for them, and must not look at all there are. */
  const byEntity = new Map<string, Set<string>>();
  let evicted = 0;

  function drop(key: string): void {
    const row = known.get(key);
    if (!row) return;
    known.delete(key);
    const entity = entityKey(row);
    const keys = byEntity.get(entity);
    keys?.delete(key);
    if (keys?.size === 0) byEntity.delete(entity);
  }

  const find = (workspaceId: string, flagId: string) => known.get(keyOf(workspaceId, flagId));
  return {
    keep(row) {
      const key = keyOf(row.workspaceId, row.flag.flagId);
      drop(key); // to the end: the oldest change goes first
      known.set(key, row);
      const entity = entityKey(row);
      byEntity.set(entity, (byEntity.get(entity) ?? new Set()).add(key));
      for (const [oldest] of known) {
        if (known.size <= FLAGS_MAX) break;
        drop(oldest);
        evicted++;
      }
      return row;
    },
    find,
    incident(workspaceId, dedupeKey) {
      for (let generation = 0; ; generation++) {
        const flagId = incidentId(workspaceId, dedupeKey, generation);
        const row = find(workspaceId, flagId);
        if (!row) return { flagId };
        if (row.flag.status !== 'resolved') return { flagId, row };
      }
    },
    openOf: (workspaceId, entityKind, entityId) =>
      [...(byEntity.get(entityKeyOf(workspaceId, entityKind, entityId)) ?? [])].flatMap((key) => {
        const flag = known.get(key)?.flag;
        return flag && IS_OPEN.has(flag.status) ? [flag] : [];
      }),
    forget(workspaceId, forms) {
      let forgotten = 0;
      for (const [key, row] of known) {
        if (row.workspaceId !== workspaceId || !forms.includes(row.flag.entity.id)) continue;
        drop(key);
        forgotten++;
      }
      return forgotten;
    },
    rows: () => [...known.values()],
    size: () => known.size,
    evicted: () => evicted,
  };
}

/** @param generation - how many incidents under the same key were resolved before. */
export function incidentId(workspaceId: string, dedupeKey: string, generation: number): string {
  return flagIdOf(`${workspaceId}|${dedupeKey}|${generation}`);
}

/** The same for the same name. */
export function flagIdOf(name: string): string {
  return uuidV8(createHash('sha256').update(name).digest());
}

function keyOf(workspaceId: string, flagId: string): string {
  return `${workspaceId}|${flagId}`;
}

function entityKey({ workspaceId, flag: { entity } }: FlagRow): string {
  return entityKeyOf(workspaceId, entity.kind, entity.id);
}

function entityKeyOf(workspaceId: string, entityKind: string, entityId: string): string {
  return `${workspaceId}|${entityKind}:${entityId}`;
}
