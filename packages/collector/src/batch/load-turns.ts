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
  /** Of the segments that an earlier process left, those that it may have begun to load. */
  readonly begunBefore: readonly Segment[];
  /** Leaves out the events that lie in the raw table, and says whether there were any. */
  readonly withoutPresent: (
    layout: string,
    records: readonly WalRecord[],
  ) => Promise<{ readonly records: readonly WalRecord[]; readonly wasBegun: boolean }>;
  /** Has everything that these events are counted in counted anew at once; only for who is alone. */
  readonly settle: (layout: string, records: readonly WalRecord[]) => Promise<void>;
  /** Leaves out the events that are in the store already. Only for what this collector itself has never begun to load. */
  readonly withoutLoaded: (layout: string, records: readonly WalRecord[]) => Promise<readonly WalRecord[]>;
  /** Has everything that these events are counted in counted anew. */
  readonly noteDoubt: (layout: string, records: readonly WalRecord[]) => Promise<void>;
}

/**
 * A load is in doubt when an attempt before it failed, in this process or in the one before, or when the others may have taken
 * this collector for dead meanwhile: the store may have had it in part when somebody counted anew from the raw rows. After a
 * power cut it may have rows of a load that was under way and not its token, in some tables: who is alone looks, loads what is
 * missing, and counts anew what these events are in, before the segment is deleted.
 */
export function createLoadTurns(options: LoadTurnsOptions): LoadTurns {
  const { circle } = options;
  let underWay:
    | { readonly segment: Segment; readonly records: readonly WalRecord[]; readonly wasBegun: boolean }
    | undefined;

  async function take(segment: Segment, layout: string, records: readonly WalRecord[]) {
    const isBegunBefore = options.begunBefore.includes(segment);
    if (circle.hasOthers()) {
      return {
        segment,
        wasBegun: false,
        records: isBegunBefore ? records : await options.withoutLoaded(layout, records),
      };
    }
    if (!isBegunBefore) return { segment, wasBegun: false, records };
    return { segment, ...(await options.withoutPresent(layout, records)) };
  }

  return {
    async begin(segment, layout, records) {
      const pass = await circle.enter();
      const isAgain = underWay?.segment === segment || options.begunBefore.includes(segment);
      if (underWay?.segment !== segment) {
        try {
          underWay = await take(segment, layout, records);
        } catch (error) {
          circle.settle(); // nothing was begun
          throw error;
        }
      }
      const { records: taken, wasBegun } = underWay;
      return {
        records: taken,
        async end() {
          if (wasBegun) await options.settle(layout, records);
          if (circle.hasOthers() && (isAgain || pass.hasLapsed())) await options.noteDoubt(layout, taken);
          underWay = undefined;
          circle.settle();
        },
      };
    },
  };
}
