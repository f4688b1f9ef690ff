import type { Order } from './portfolio.js';

/** No 0/O or 1/I: the number is read aloud on the phone. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * "S-7K3Q9FHW" for a subscription, "R-..." for a sale (a redemption).
 *
 * @param randomBytes - eight of them; 5 bits of each are used, 40 bits in all.
 */
export function formatOrderId(side: Order['side'], randomBytes: Uint8Array): string {
  const code = Array.from(randomBytes, (byte) => ALPHABET.charAt(byte & 31)).join('');
  return `${side === 'subscribe' ? 'S' : 'R'}-${code}`;
}
