/**
 * What an operator tells the pages of a workspace, `GET /v1/config`: read at the start, and again when an ack names
 * another version.
 */
export interface ClientConfig {
  /** Changes whenever anything else here does; the answer's ETag. */
  readonly version: string;
  /** False is the kill switch: pages stop tracking and sending at once, and keep what they have. */
  readonly enabled: boolean;
  /**
   * Share of visitors of whom an event is kept, 0..1, by event type or by the name of a custom event. Orders, conversions
   * and what tells of identity or consent are never sampled.
   */
  readonly sampling: Readonly<Record<string, number>>;
  /** What one batch may hold at most, for clients that were built against other limits. A client does without them, too. */
  readonly limits?: BatchLimits;
  /** The visitor id that the collector's cookie remembers, where it may set one. */
  readonly visitorId?: string;
}

/** As `LIMITS` has them. */
export interface BatchLimits {
  readonly eventsPerBatch: number;
  /** Of a body after decompression; as it arrives it is bound no closer. */
  readonly bodyBytes: number;
}
