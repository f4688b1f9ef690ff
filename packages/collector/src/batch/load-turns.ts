import type { WalRecord } from '../wal/record.js';
import type { Segment } from '../wal/segment.js';

/** When a segment may be loaded, and what of it. */
export interface LoadTurns {
  /** Resolves when it may be loaded; from then on until `end` no other collector counts anything anew. */
  begin(segment: Segment, layout: string, records: readonly WalRecord[]): Promise<LoadTurn>;
}

export interface LoadTurn {
  /** Without what another collector has loaded; the same at each attempt, so that its token is the same. */
  readonly records: readonly WalRecord[];
  /** The store has them; to be called before the segment is deleted. */
  end(): Promise<void>;
}

export interface LoadTurnsOptions {
  readonly circle: {
    hasOthers(): boolean;
    enter(): Promise<{ hasLapsed(): boolean }>;
    settle(): void;
  };
  /** Of the segments that an earlier process left, the one that it may have begun to load. */
  readonly begunBefore: Segment | undefined;
  /** Leaves out the events that are in the store already. Only for what this collector itself has never begun to load. */
  readonly withoutLoaded: (layout: string, records: readonly WalRecord[]) => Promise<readonly WalRecord[]>;
  /** Has everything that these events are counted in counted anew. */
  readonly noteDoubt: (layout: string, records: readonly WalRecord[]) => Promise<void>;
}

/**
 * A load is in doubt when an attempt before it failed, in this process or in the one before, or when the others may have taken
 * this collector for dead meanwhile: the store may have had it in part when somebody counted anew from the raw rows.
 */
export function createLoadTurns(options: LoadTurnsOptions): LoadTurns {
  const { circle } = options;
  let underWay: { readonly segment: Segment; readonly records: readonly WalRecord[] } | undefined;

  return {
    async begin(segment, layout, records) {
      const pass = await circle.enter();
      const isAgain = underWay?.segment === segment || segment === options.begunBefore;
      if (underWay?.segment !== segment) {
        try {
          const taken = circle.hasOthers() && !isAgain ? await options.withoutLoaded(layout, records) : records;
          underWay = { segment, records: taken };
        } catch (error) {
          circle.settle(); // nothing was begun
          throw error;
        }
      }
      const taken = underWay.records;
      return {
        records: taken,
        async end() {
          if (circle.hasOthers() && (isAgain || pass.hasLapsed())) await options.noteDoubt(layout, taken);
          underWay = undefined;
          circle.settle();
        },
      };
    },
  };
}
