import type { Order } from './portfolio.js';
import { readableCode } from './readable-code.js';

/**
 * "S-7K3Q9FHW" for a subscription, "R-..." for a sale (a redemption).
 *
 * @param randomBytes - as `readableCode` takes them.
 */
export function formatOrderId(side: Order['side'], randomBytes: Uint8Array): string {
  return `${side === 'subscribe' ? 'S' : 'R'}-${readableCode(randomBytes)}`;
}
