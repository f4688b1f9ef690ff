/* What the client takes on, beside the limits of the protocol. The README of the package names them; a test holds it to it. */

/** What waits on the device, bytes. */
export const QUEUE_MAX_BYTES = 5 * 1_048_576;
/** Kept in memory until the visitor decides. */
export const HELD_MAX = 10_000;
/** A burst of a page at work passes; a loop gone wild does not fill the device. Orders and conversions always pass. */
export const BURST_EVENTS = 20_000;
export const EVENTS_PER_SECOND = 100;
