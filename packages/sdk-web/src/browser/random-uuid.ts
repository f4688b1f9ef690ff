import { formatUuidV7 } from '@tidemark/protocol';

const ID_BYTES = 10;
/** Asking the browser for randomness costs the same for many as for one. */
const IDS_AT_ONCE = 100;

/** A new UUIDv7 of that time, which a `Clock` told. `crypto.randomUUID` is not used: it is missing on pages without TLS. */
export function newId<T extends string>(timeMs: number): T {
  return createIds(1)(timeMs);
}

/** As `newId`, for who needs many. @param idsAtOnce - for so many randomness is asked for at a time. */
export function createIds(idsAtOnce = IDS_AT_ONCE): <T extends string>(timeMs: number) => T {
  const pool = new Uint8Array(ID_BYTES * idsAtOnce);
  let used = pool.length;
  return <T extends string>(timeMs: number) => {
    if (used === pool.length) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    used += ID_BYTES;
    return formatUuidV7(timeMs, pool.subarray(used - ID_BYTES, used)) as T; // made here, so branded here
  };
}
