import type { WalRecord } from './record.js';
import type { Segment } from './segment.js';

/**
 * The records of the last segments, as they were written: a load of them need neither read the file nor check and take it apart
 * again. Only what is durable is put here, so that it is what a reader of the file would find.
 */
export interface FreshRecords {
  /** They came to the disk, in this order. */
  add(segment: Segment, records: readonly WalRecord[]): void;
  /** The segment is ended. It is forgotten when enough others wait to be loaded before it. */
  seal(segment: Segment): void;
  /** What is in memory of it: all or nothing. */
  of(segment: Segment): readonly WalRecord[] | undefined;
  forget(segment: Segment): void;
}

/** One that is being loaded and one that waits. When more wait, the store is behind, and the files hold them for nothing. */
const SEALED_KEPT = 2;

/** It holds three segments at the most, the one being written among them. */
export function createFreshRecords(): FreshRecords {
  const bySegment = new Map<Segment, WalRecord[]>();
  const sealed = new Set<Segment>();

  function forget(segment: Segment): void {
    bySegment.delete(segment);
    sealed.delete(segment);
  }

  return {
    add(segment, records) {
      const known = bySegment.get(segment);
      if (known) for (const record of records) known.push(record);
      else bySegment.set(segment, [...records]);
    },
    seal(segment) {
      if (sealed.size >= SEALED_KEPT) forget(segment);
      else sealed.add(segment);
    },
    of: (segment) => (sealed.has(segment) ? bySegment.get(segment) : undefined),
    forget,
  };
}
