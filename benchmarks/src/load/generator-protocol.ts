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
  | { readonly kind: 'send'; readonly url: string; readonly writeKey: string; readonly connections: number };

export type LoadReport =
  | { readonly kind: 'prepared'; readonly bytes: number }
  | { readonly kind: 'sent'; readonly accepted: number }
  | { readonly kind: 'failed'; readonly message: string };
