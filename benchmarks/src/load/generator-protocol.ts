/** What the benchmark asks of the load generator's process. */
export type LoadRequest =
  /** Make the bodies of one round, before any clock starts. */
  | {
      readonly kind: 'prepare';
      readonly seed: number;
      readonly events: number;
      readonly eventsPerBatch: number;
      readonly devices: number;
      readonly gzip: boolean;
    }
  /** Send them all, each connection one after another. */
  | {
      readonly kind: 'send';
      readonly url: string;
      readonly writeKey: string;
      readonly connections: number;
      /** Each batch leaves at its own time, however long the answers take; as fast as they come when not told. */
      readonly eventsPerSecond?: number;
    };

/** One batch, on the clock of `performance.timeOrigin + performance.now()`. */
export interface SentBatch {
  /** When it was to leave: an answer that held up the next one is in that one's account. */
  readonly dueMs: number;
  readonly ackedMs: number;
  readonly accepted: number;
  /** How often it was answered 503 before. */
  readonly refusals: number;
}

export type LoadReport =
  | { readonly kind: 'prepared'; readonly bytes: number }
  | { readonly kind: 'sent'; readonly batches: readonly SentBatch[] }
  | { readonly kind: 'failed'; readonly message: string };
