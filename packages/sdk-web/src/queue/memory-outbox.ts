import { type CutPolicy, cutBatch } from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import { cuttable } from './cuttable.js';
import type { Added, Claim, LastingOutbox, Outbox } from './outbox.js';
import { singles } from './singles.js';
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
  /** Leaves what is on its way, under the numbers it has: a page that dies takes its memory with it. */
  leaveTo(heir: LastingOutbox<T>): void;
}

/** An event, and when it came. */
interface Waiting<T extends StoredText> extends Added<T> {
  readonly t: number;
}

/**
 * A queue that lives as long as the page: where there is no IndexedDB, or none that opens. An event is numbered when it is
 * claimed, so that what is evicted or moved to the disk leaves no gap; one that has a number of the disk goes alone, by it.
 */
export function createMemoryOutbox<T extends StoredText = string>({ now, onDrop }: MemoryOptions): MemoryOutbox<T> {
  const urgent: Waiting<T>[] = [];
  const others: Waiting<T>[] = [];
  const claims = new Map<string, Claim<T>>();
  let lastSeq = 0;
  const queueId = newId(now());
  /** Who has the claims that are not here any more. */
  let heir: Promise<LastingOutbox<T> | undefined> | undefined;

  /** The first of all that wait, in the order in which they are sent. */
  const take = (count: number): Waiting<T>[] => {
    const first = urgent.splice(0, count);
    return [...first, ...others.splice(0, count - first.length)];
  };

  function claim(batchId: string, policy: CutPolicy): Claim<T> | undefined {
    const waiting = [...urgent, ...others].slice(0, policy.maxEvents);
    const [first] = waiting;
    if (!first) return undefined;
    const events = take(cutBatch(cuttable(waiting), policy)).map((event) =>
      withSeq(event, event.number?.seq ?? ++lastSeq),
    );
    const nextAt = urgent[0] ? 0 : (others[0]?.t ?? Infinity);
    const claim = { batchId, events, queueId: first.number?.queueId ?? queueId, nextAt };
    claims.set(batchId, claim);
    return claim;
  }

  return {
    queueId,
    storage: 'memory',
    add(event) {
      (event.priority === 'urgent' ? urgent : others).push({ ...event, t: now() });
      if (urgent.length + others.length <= MEMORY_EVENTS_MAX) return;
      const bulk = others.findIndex(({ priority }) => priority === 'bulk');
      (others.length > 0 ? others : urgent).splice(Math.max(bulk, 0), 1);
      onDrop('memory_full', 1);
    },
    saveDraft: () => undefined, // a draft is for whoever comes after this page, and nobody will find it here
    promoteDrafts: async () => 0,
    claim: async (batchId, policy) => claim(batchId, policy),
    claimFresh: (batchId, maxBytes) => claim(batchId, { maxEvents: MEMORY_EVENTS_MAX, maxBytes }),
    openClaims: async () => [...claims.values()],
    async settle(claim) {
      const successor = await heir;
      if (!claims.delete(claim.batchId)) await successor?.settle(claim);
    },
    async release(claim) {
      const successor = await heir;
      if (!claims.delete(claim.batchId)) return successor?.release(claim);
      for (const single of singles(claim, now())) claims.set(single.batchId, single);
    },
    lease: async () => true,
    count: async () => urgent.length + others.length + [...claims.values()].flatMap(({ events }) => events).length,
    close() {
      take(MEMORY_EVENTS_MAX);
      claims.clear();
    },
    takeUnsent: () => take(MEMORY_EVENTS_MAX),
    leaveTo(successor) {
      if (claims.size === 0) return;
      const left = [...claims.values()];
      heir = successor.adopt(left).then(
        () => {
          for (const { batchId } of left) claims.delete(batchId);
          return successor;
        },
        () => undefined, // it stopped working, and they are still here
      );
    },
  };
}
