/** Branded ids: strings that the compiler keeps apart. On the wire they are plain strings. */
declare const brand: unique symbol;
export interface Brand<Name extends string> {
  readonly [brand]: Name;
}
type Id<Name extends string> = string & Brand<Name>;

/** UUIDv7 of one event; made on the device, the same on every way the event may take. */
export type EventId = Id<'EventId'>;
/** UUIDv7 of one delivery attempt's unit. A retry of the same unit carries the same id. */
export type BatchId = Id<'BatchId'>;
/** Random UUID of a device or browser. */
export type VisitorId = Id<'VisitorId'>;
/** UUIDv7 of a session: events of a visitor with no gap over 30 minutes. */
export type SessionId = Id<'SessionId'>;
/** UUID of one durable queue on one device; `seq` counts within it. */
export type QueueId = Id<'QueueId'>;
/** UUID of one page or screen view. */
export type ViewId = Id<'ViewId'>;
/** The unit of isolation: one customer of the installation. */
export type WorkspaceId = Id<'WorkspaceId'>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** Any UUID in its canonical lower-case or upper-case text form. */
export const UUID_PATTERN = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

/** Gives a string that was just made or just validated its brand. The only cast of its kind. */
export function brandId<T extends string & Brand<string>>(text: string): T {
  return text as T;
}
