import { readableCode } from './readable-code.js';
import type { KeyValueStore } from './storage.js';

const CUSTOMER_KEY = 'quay.customer';

/**
 * The one customer of this browser, "demo-7K3Q9FHW": a demo has no passwords, and the id says nothing of anybody.
 *
 * @param randomBytes - as `readableCode` takes them, for a first visit.
 */
export function signedInCustomer(store: KeyValueStore, randomBytes: () => Uint8Array): string {
  const known = store.getItem(CUSTOMER_KEY);
  if (known) return known;
  const customer = `demo-${readableCode(randomBytes())}`;
  store.setItem(CUSTOMER_KEY, customer);
  return customer;
}
