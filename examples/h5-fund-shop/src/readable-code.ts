/** No 0/O or 1/I: the code is read aloud on the phone. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** "7K3Q9FHW". @param randomBytes - eight of them; 5 bits of each are used, 40 bits in all. */
export function readableCode(randomBytes: Uint8Array): string {
  return Array.from(randomBytes, (byte) => ALPHABET.charAt(byte & 31)).join('');
}
