/** An event on its way to the queue: its JSON without `seq`, which the queue gives. */
export interface NewEvent {
  readonly json: string;
  /** JSON of the batch context it was tracked under, without `queueId`. */
  readonly contextJson: string;
}

/** An event in the queue. */
export interface QueuedEvent extends NewEvent {
  readonly seq: number;
}

export type Durability = 'relaxed' | 'strict';

/** The device's queue: what was tracked and is not yet acknowledged. */
export interface Outbox {
  readonly queueId: string;
  readonly storage: 'indexeddb' | 'memory';
  /** Puts an event in; never throws. Adds of one task share a transaction. */
  add(event: NewEvent, durability: Durability): void;
  /**
   * The oldest events, at most `count`, to be sent. They stay until they are deleted, and their `seq` is theirs for
   * good: no other event gets it, whatever becomes of the power.
   */
  peek(count: number): Promise<QueuedEvent[]>;
  delete(seqs: readonly number[]): Promise<void>;
  /** Events waiting, all tabs together. */
  count(): Promise<number>;
  close(): void;
}
