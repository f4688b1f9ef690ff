import { isIPv6 } from 'node:net';
import { firstGroups, unmapped } from './ip-prefix.js';

/**
 * What counts as one sender: an IPv4 address, or the /64 of an IPv6 address, since a single household is given 2^64.
 *
 * @returns the text as it is when it is no address.
 */
export function addressNetwork(address: string): string {
  const plain = unmapped(address);
  if (!plain.includes(':') || !isIPv6(plain)) return plain;
  return `${firstGroups(plain.replace(/%.*$/, ''), 4).join(':')}::/64`;
}
