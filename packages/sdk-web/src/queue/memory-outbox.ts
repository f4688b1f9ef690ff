import { type CutPolicy, cutBatch } from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import { cuttable } from './cuttable.js';
import type { Added, Claim, Outbox, QueuedEvent } from './outbox.js';
import type { StoredText } from './stored-text.js';
import { withSeq } from './with-seq.js';

/** Holds this many; then the oldest go, counted: the page must not run out of memory for its analytics. */
export const MEMORY_EVENTS_MAX = 10_000;

export interface MemoryOptions {
  readonly now: () => number;
  readonly onDrop: (reason: 'memory_full', events: number) => void;
}

export interface MemoryOutbox<T extends StoredText = string> extends Outbox<T> {
  /** Gives up the events that nobody has claimed: they were never sent, so another queue may number them. */
  takeUnsent(): Added<T>[];
}

/**
 * A queue that lives as long as the page: where there is no IndexedDB, or none that opens. An event is numbered when it is
 * claimed, so that what is evicted or moved to the disk leaves no gap.
 */
export function createMemoryOutbox<T extends StoredText = string>({ now, onDrop }: MemoryOptions): MemoryOutbox<T> {
  let urgent: Added<T>[] = [];
  let others: Added<T>[] = [];
  let claims: Claim<T>[] = [];
  let returned: QueuedEvent<T>[] = [];
  let lastSeq = 0;

  /** The first of all that wait, in the order in which they are sent. */
  const take = (count: number): Added<T>[] => {
    const first = urgent.splice(0, count);
    return [...first, ...others.splice(0, count - first.length)];
  };

  function claimed(batchId: string, events: readonly QueuedEvent<T>[]): Claim<T> | undefined {
    if (events.length === 0) return undefined;
    const claim = { batchId, events };
    claims.push(claim);
    return claim;
  }

  function claim(batchId: string, policy: CutPolicy): Claim<T> | undefined {
    const source = returned.length > 0 ? returned : [...urgent, ...others].slice(0, policy.maxEvents);
    const count = cutBatch(cuttable(source), policy);
    if (returned.length > 0) return claimed(batchId, returned.splice(0, count));
    return claimed(
      batchId,
      take(count).map((event) => withSeq(event, ++lastSeq)),
    );
  }

  return {
    queueId: newId(now()),
    storage: 'memory',
    add(event) {
      (event.priority === 'urgent' ? urgent : others).push(event);
      if (urgent.length + others.length <= MEMORY_EVENTS_MAX) return;
      const bulk = others.findIndex(({ priority }) => priority === 'bulk');
      (others.length > 0 ? others : urgent).splice(Math.max(bulk, 0), 1);
      onDrop('memory_full', 1);
    },
    saveDraft: () => undefined, // a draft is for whoever comes after this page, and nobody will find it here
    promoteDrafts: async () => 0,
    claim: async (batchId, policy) => claim(batchId, policy),
    claimFresh: (batchId, maxBytes) => claim(batchId, { maxEvents: MEMORY_EVENTS_MAX, maxBytes }),
    openClaims: async () => claims,
    async settle(claim) {
      claims = claims.filter(({ batchId }) => batchId !== claim.batchId);
    },
    async release(claim) {
      claims = claims.filter(({ batchId }) => batchId !== claim.batchId);
      returned = [...claim.events, ...returned];
    },
    lease: async () => true,
    count: async () =>
      claims.reduce((sum, { events }) => sum + events.length, urgent.length + others.length + returned.length),
    close() {
      urgent = [];
      others = [];
      returned = [];
      claims = [];
    },
    takeUnsent: () => take(MEMORY_EVENTS_MAX),
  };
}
