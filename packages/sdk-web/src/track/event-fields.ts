import type { EventBase, TrackedEvent } from '@tidemark/protocol';

/** What SDK code says of an event; the rest (id, time, place, seq) is added on the way to the queue. */
export type EventFields = TrackedEvent extends infer Each
  ? Each extends TrackedEvent
    ? Omit<Each, Exclude<keyof EventBase, 'props' | 'page' | 'viewId'>>
    : never
  : never;

/** Where tracked events go. `track` knows neither queue nor transport. */
export type Emit = (fields: EventFields, at?: { readonly occurredAt: number }) => void;
