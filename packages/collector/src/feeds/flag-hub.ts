import type { RiskFlag } from '@tidemark/protocol';
import type { FlagPositions } from '../store/flags/read-flags.js';
import type { FlagRow } from '../store/tables/flags.js';

export type FlagListener = (flags: readonly RiskFlag[]) => void;

/** Hands changed flags to those who listen. What the store may not have yet is kept for those who come. */
export interface FlagHub {
  publish(rows: readonly FlagRow[]): void;
  /** The store has what this collector told up to there. */
  written(position: number): void;
  /**
   * @param after - what the listener has; what is kept and newer comes at once. Nothing does when it is not given.
   * @returns how to end it.
   */
  listen(workspaceId: string, after: FlagPositions | undefined, listener: FlagListener): () => void;
  listeners(): number;
  forget(workspaceId: string, forms: readonly string[]): void;
}

/** So many are kept that the store has: between its answer to a listener and the listener's place here it may take some more. */
const KEPT = 2_000;
/** A store that is away for days must not fill the memory; the journal has them all. */
const KEPT_UNWRITTEN = 20_000;

export function createFlagHub(): FlagHub {
  let kept: FlagRow[] = [];
  const listeners = new Map<string, Set<FlagListener>>();
  let writtenTo = 0;

  function trim(): void {
    if (kept.length <= KEPT) return;
    const spare = kept.length - KEPT;
    const firstUnwritten = kept.findIndex(({ flag }) => flag.position > writtenTo);
    const written = firstUnwritten === -1 ? kept.length : firstUnwritten;
    kept = kept.slice(Math.max(Math.min(spare, written), kept.length - KEPT_UNWRITTEN));
  }

  return {
    publish(rows) {
      kept.push(...rows);
      trim();
      const byWorkspace = new Map<string, RiskFlag[]>();
      for (const { workspaceId, flag } of rows) {
        byWorkspace.set(workspaceId, [...(byWorkspace.get(workspaceId) ?? []), flag]);
      }
      for (const [workspaceId, flags] of byWorkspace) {
        for (const listener of listeners.get(workspaceId) ?? []) listener(flags);
      }
    },
    written(position) {
      writtenTo = Math.max(writtenTo, position);
      trim();
    },
    listen(workspaceId, after, listener) {
      const missed = kept
        .filter((row) => row.workspaceId === workspaceId)
        .map(({ flag }) => flag)
        .filter(({ collectorId, position }) => after !== undefined && position > (after[collectorId] ?? 0));
      if (missed.length > 0) listener(missed);
      const own = listeners.get(workspaceId) ?? new Set();
      listeners.set(workspaceId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(workspaceId);
      };
    },
    listeners: () => [...listeners.values()].reduce((sum, own) => sum + own.size, 0),
    forget(workspaceId, forms) {
      kept = kept.filter((row) => row.workspaceId !== workspaceId || !forms.includes(row.flag.entity.id));
    },
  };
}
