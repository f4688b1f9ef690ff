import type { CutPolicy } from '@tidemark/protocol';
import type { StoredText } from './stored-text.js';

/** An event on its way to the queue: its JSON without `seq`, which the queue gives. */
export interface NewEvent<T extends StoredText = string> {
  readonly json: T;
  /** JSON of the batch context it was tracked under, without `queueId`. */
  readonly contextJson: T;
}

/** An event in the queue. */
export interface QueuedEvent<T extends StoredText = string> extends NewEvent<T> {
  readonly seq: number;
  /** When it was stored, epoch milliseconds; absent in version 1, and in memory. */
  readonly t?: number | undefined;
  /** The write that brought it to the disk: noted when it is settled, for who lost the answer to that write. */
  readonly write?: number | undefined;
}

/**
 * `urgent` is sent first, evicted last and forced to the disk: orders, conversions. `bulk` is evicted first: what is
 * many and tells little each.
 */
export type Priority = 'urgent' | 'normal' | 'bulk';

/** A number that is given already, and the queue that gave it. */
export interface GivenNumber {
  readonly queueId: string;
  readonly seq: number;
  /** It is being committed, and may yet be undone. */
  readonly isPending?: boolean;
}

interface Care {
  readonly priority: Priority;
  /** Force it to the disk: the page may be at its end. What is urgent always is. */
  readonly strict?: boolean;
  /** The draft that this event takes the place of. */
  readonly draftId?: string | undefined;
  /** That of the draft: sent by it from anywhere, the event is a copy of the draft and not another. */
  readonly number?: GivenNumber | undefined;
}

/** An event with the care that is asked for it. */
export interface Added<T extends StoredText = string> extends NewEvent<T>, Care {}

/** Events on their way to the collector, all of one context. They stay in the queue until the claim is settled. */
export interface Claim<T extends StoredText = string> {
  readonly batchId: string;
  readonly events: readonly QueuedEvent<T>[];
  /** The queue that gave the numbers, where that is not the one on the disk: memory, until the disk was open. */
  readonly queueId?: string;
  /**
   * When the first that it leaves behind was stored, epoch milliseconds. 0 where something more urgent is left or it was not
   * looked; undefined where nothing is left anywhere, Infinity where nothing is left in memory.
   */
  readonly nextAt?: number | undefined;
}

/** The device's queue: what was tracked and is not yet acknowledged. */
export interface Outbox<T extends StoredText = string> {
  readonly queueId: string;
  readonly storage: 'indexeddb' | 'memory';
  /** Puts an event in; never throws. Adds of one task share a transaction. */
  add(event: Added<T>): void;
  /**
   * An event to be, as of now: it replaces the draft of that id. It has its number in the queue, but is not sent until an
   * event takes its place, or its page is gone.
   */
  saveDraft(id: string, event: NewEvent<T>): void;
  /**
   * Drafts that no living page keeps, this one included, are final from here on.
   *
   * @param living - asked after it is known which drafts there are: those of a page that begins meanwhile are not among them.
   * @returns how many.
   */
  promoteDrafts(living: () => Promise<ReadonlySet<string>>): Promise<number>;
  /**
   * Claims the next events: urgent ones first, then the oldest, cut to one context and the policy's bounds. Their `seq` is
   * theirs for good from here on: no other event gets it, whatever becomes of the power.
   */
  claim(batchId: string, policy: CutPolicy): Promise<Claim<T> | undefined>;
  /**
   * Claims what this page has added of late without waiting for the disk: for a page at its end, which is not called back.
   * The newest of one context, up to so many bytes; none that is claimed already.
   */
  claimFresh(batchId: string, maxBytes: number): Claim<T> | undefined;
  /** Claims of which nobody noted the end: made by this page or an earlier one. */
  openClaims(): Promise<readonly Claim<T>[]>;
  /** They are delivered, rejected or set aside: deletes them. */
  settle(claim: Claim<T>): Promise<void>;
  /** They are to be cut anew: gives them back to the queue; what memory has numbered stays claimed, one by one. */
  release(claim: Claim<T>): Promise<void>;
  /**
   * Takes the lease on sending for this holder, where no other has it. For browsers without locks.
   *
   * @returns whether it is the holder's until then, epoch milliseconds; 0 gives it back.
   */
  lease(holder: string, until: number): Promise<boolean>;
  /** Events waiting, all tabs together. */
  count(): Promise<number>;
  close(): void;
}

/** A queue that outlives its page. */
export interface LastingOutbox<T extends StoredText = string> extends Outbox<T> {
  /** Takes over what another queue has numbered and claimed: open claims from here on, whatever becomes of that queue. */
  adopt(claims: readonly Claim<T>[]): Promise<void>;
}
