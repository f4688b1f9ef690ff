/** As many as a count in the ids has room for. */
const IDS_AT_ONCE = 4_096;

/** A new UUIDv7 of that time, which a `Clock` told. `crypto.randomUUID` is not used: it is missing on pages without TLS. */
export function newId<T extends string>(timeMs: number): T {
  return createIds()(timeMs);
}

/**
 * As `newId`, for who needs many: they share their random bits, 62, and are counted in the place of the other 12. That costs
 * less to make and, packed, to send.
 *
 * @see RFC 9562, section 6.2, method 1.
 */
export function createIds(): <T extends string>(timeMs: number) => T {
  let made = 0;
  let random = '';
  return <T extends string>(timeMs: number) => {
    const count = made++ % IDS_AT_ONCE;
    if (count === 0) random = randomPart();
    const time = hex(2 ** 48 + timeMs);
    return `${time.slice(1, 9)}-${time.slice(9)}-${hex(0x7000 + count)}-${random}` as T; // made here, so branded here
  };
}

function randomPart(): string {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `${hex(0x8000 + (high % 0x4000))}-${hex(2 ** 48 + low * 0x10000 + (high >>> 16)).slice(1)}`;
}

function hex(bits: number): string {
  return bits.toString(16);
}
