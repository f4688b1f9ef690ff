import type { EpochMs, EventId, ViewId } from '../ids.js';

/** A value the app attaches to an event. Nested values are flattened or refused by the SDK, never guessed at by the store. */
export type PropValue = string | number | boolean;
export type Props = Readonly<Record<string, PropValue>>;

/** What every event carries. */
export interface EventBase {
  readonly eventId: EventId;
  /** Position in the device's queue, from 1, without gaps: what is missing in the store was lost, and can be named. */
  readonly seq: number;
  /** Device clock when it happened. */
  readonly occurredAt: EpochMs;
  /** Monotonic clock of the page or app, milliseconds since its own start; orders events when the wall clock steps. */
  readonly monotonicMs?: number;
  /** Milliseconds of the logical clock's stamp, which native screens and web pages share: causes sort before effects. */
  readonly logicalMs?: EpochMs;
  /** Count of that stamp, 0 to 65,535: orders what falls into one millisecond of the logical clock. */
  readonly logicalCount?: number;
  /** Path of the page or name of the screen it happened on. */
  readonly page?: string;
  /** The view it happened in. */
  readonly viewId?: ViewId;
  /** How many events this one stands for when sampled; 1 when absent. */
  readonly sampleWeight?: number;
  readonly props?: Props;
}
