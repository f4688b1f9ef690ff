/**
 * UUID version 8: an id made of a hash, so that the same input has the same id anywhere and at any time.
 *
 * @param hash - the first 16 bytes are used; 6 bits of them give way to version and variant.
 * @throws {RangeError} when fewer than 16 bytes are given.
 * @see RFC 9562, section 5.8.
 */
export function uuidV8(hash: Uint8Array): string {
  if (hash.length < 16) throw new RangeError(`a UUIDv8 needs 16 bytes of a hash, got ${hash.length}`);
  const bytes = Buffer.from(hash.subarray(0, 16)); // a copy
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x80; // version 8
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80; // variant 10
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
