import { formatUuidV7 } from '@tidemark/protocol';

const ID_BYTES = 10;
/** Asking the browser for randomness costs the same for many as for one. */
const IDS_AT_ONCE = 100;

/** A new UUIDv7 of that time, which a `Clock` told. `crypto.randomUUID` is not used: it is missing on pages without TLS. */
export function newId<T extends string>(timeMs: number): T {
  return idOf(timeMs, crypto.getRandomValues(new Uint8Array(ID_BYTES)));
}

/** As `newId`, for who needs many. */
export function createIds(): <T extends string>(timeMs: number) => T {
  const pool = new Uint8Array(ID_BYTES * IDS_AT_ONCE);
  let used = pool.length;
  return (timeMs) => {
    if (used === pool.length) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    used += ID_BYTES;
    return idOf(timeMs, pool.subarray(used - ID_BYTES, used));
  };
}

function idOf<T extends string>(timeMs: number, random: Uint8Array): T {
  return formatUuidV7(timeMs, random) as T; // made here, so branded here
}
