/** Version of the wire protocol. Raised only when an older collector could not read what a newer SDK sends. */
export const PROTOCOL_VERSION = 1;
export type ProtocolVersion = typeof PROTOCOL_VERSION;
