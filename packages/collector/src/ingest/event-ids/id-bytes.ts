/** An id is 16 bytes, sorted as bytes; a UUIDv7 so sorts by time. */
export const ID_BYTES = 16;

/** A UUID's 16 bytes as a text of 16 characters: the smallest key that a set of JavaScript's takes. */
export function packId(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('latin1');
}

/** Ids one after another. */
export function joinIds(ids: readonly string[]): Buffer {
  return Buffer.from(ids.join(''), 'latin1');
}

export function splitIds(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return Array.from({ length: text.length / ID_BYTES }, (_, at) => text.slice(at * ID_BYTES, (at + 1) * ID_BYTES));
}

/** Compares the ids at two places. */
export function compareIds(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
  // Six bytes are a number that is exact, and of UUIDv7 the time: nearly always they decide.
  const difference = a.readUIntBE(aAt, 6) - b.readUIntBE(bAt, 6);
  return difference === 0 ? a.compare(b, bAt, bAt + ID_BYTES, aAt, aAt + ID_BYTES) : difference;
}

/**
 * Where an id stands in sorted bytes.
 *
 * @param stride - bytes from one id to the next.
 * @returns index of the last id that is not above it; -1 when all are.
 */
export function lastNotAbove(
  sorted: Buffer,
  stride: number,
  from: number,
  count: number,
  ids: Buffer,
  at: number,
): number {
  let low = from;
  let high = from + count; // the answer is in [low - 1, high - 1]
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(sorted, middle * stride, ids, at) <= 0) low = middle + 1;
    else high = middle;
  }
  return low === from ? -1 : low - 1;
}
