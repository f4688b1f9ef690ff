import type { EventBase, EventId, TrackedEvent } from '@tidemark/protocol';

/** What SDK code says of an event; the rest (id, time, place, seq) is added on the way to the queue. */
export type EventFields = TrackedEvent extends infer Each
  ? Each extends TrackedEvent
    ? Omit<Each, Exclude<keyof EventBase, 'props' | 'page' | 'viewId'>>
    : never
  : never;

export interface EmitOptions {
  /** Default: now. */
  readonly occurredAt?: number;
  /** Default: a new one. */
  readonly eventId?: EventId;
}

/** Where tracked events go. `track` knows neither queue nor transport. */
export type Emit = (fields: EventFields, options?: EmitOptions) => void;
