import type { z } from 'zod';
import type { BatchContext, EventBatch } from '../batch.js';
import type { TrackedEvent } from '../events/tracked-event.js';
import type { Brand } from '../ids.js';
import type { batchContextSchema, batchEnvelopeSchema } from './batch.js';
import type { EVENT_SCHEMAS } from './event.js';

/*
 * The types are the source; this file does not compile when a schema drifts from them in either direction.
 */

/** As JSON sees it: not readonly, and ids without their brand. */
type Plain<T> = T extends Brand<string> ? string : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
/** Identity, not assignability: `{ a }` and `{ a, b? }` are assignable to each other and still not the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Locked<T extends true> = T;

type SchemaOf<T extends TrackedEvent['type']> = z.infer<(typeof EVENT_SCHEMAS)[T]>;
type TypeOf<T extends TrackedEvent['type']> = Extract<TrackedEvent, { type: T }>;

type EventLock = { [T in TrackedEvent['type']]: Same<Plain<SchemaOf<T>>, Plain<TypeOf<T>>> };
/** Naming the offender: an event whose schema drifted shows up as a key of this type. */
type Drifted = { [T in keyof EventLock]: EventLock[T] extends true ? never : T }[keyof EventLock];
export type EventsLocked = Locked<Same<Drifted, never>>;
export type ContextLocked = Locked<Same<Plain<z.infer<typeof batchContextSchema>>, Plain<BatchContext>>>;
export type EnvelopeLocked = Locked<
  Same<Plain<Omit<z.infer<typeof batchEnvelopeSchema>, 'events'>>, Plain<Omit<EventBatch, 'events'>>>
>;
