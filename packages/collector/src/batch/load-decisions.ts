import type { Journal } from '../wal/open-journal.js';
import type { Decision, RowRefusal } from './bisect-rows.js';

/** What was decided about loads that were refused, across restarts, until their segment is gone. */
export interface LoadDecisions<R extends RowRefusal> {
  /** False nearly always: then no load needs to be looked up. */
  any(): boolean;
  /** Whether the load was refused before and is being taken apart. */
  has(load: string): boolean;
  decided(load: string, from: number, to: number): Decision<R> | undefined;
  decide(load: string, from: number, to: number, decision: Decision<R>): Promise<void>;
  /** To be called when the segment is gone, and not before. */
  clear(): Promise<void>;
}

type Entry<R extends RowRefusal> = readonly [load: string, from: number, to: number, decision: Decision<R>];

/** @param journal - holds nothing else. A load is named by its content. */
export function createLoadDecisions<R extends RowRefusal>(
  journal: Pick<Journal, 'takeEntries' | 'append' | 'compact'>,
): LoadDecisions<R> {
  const loads = new Map<string, Map<string, Decision<R>>>();
  const entries = journal.takeEntries();
  let unclear = entries.length > 0;

  function remember([load, from, to, decision]: Entry<R>): void {
    const known = loads.get(load) ?? new Map<string, Decision<R>>();
    loads.set(load, known.set(`${from} ${to}`, decision));
  }

  for (const entry of entries) remember(JSON.parse(entry.toString('utf8')) as Entry<R>); // written below, checksummed
  return {
    any: () => loads.size > 0,
    has: (load) => loads.has(load),
    decided: (load, from, to) => loads.get(load)?.get(`${from} ${to}`),
    async decide(...entry) {
      unclear = true;
      await journal.append(Buffer.from(JSON.stringify(entry)));
      remember(entry);
    },
    async clear() {
      if (!unclear) return;
      await journal.compact([]);
      loads.clear();
      unclear = false;
    },
  };
}
