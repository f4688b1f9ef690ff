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
  /** The visitor id that the collector's cookie remembers, where it may set one. */
  readonly visitorId?: string;
}
