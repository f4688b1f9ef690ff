import { uuidV7 } from '@tidemark/protocol';

/** A new UUIDv7. `crypto.randomUUID` is not used: it is missing on pages without TLS. */
export function newId<T extends string>(timeMs: number): T {
  return uuidV7(Math.max(0, Math.floor(timeMs)), crypto.getRandomValues(new Uint8Array(10))) as T; // made here, so branded here
}
