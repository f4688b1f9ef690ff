import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network of an address: IPv4 cut to /24, IPv6 to /48. The full address is never kept.
 *
 * @returns text such as `203.0.113.0/24`; empty when it is no address.
 */
export function ipPrefix(address: string): string {
  const mapped = unmapped(address);
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(mapped)) return '';
  return `${firstGroups(mapped.replace(/%.*$/, ''), 3).join(':')}::/48`;
}

/** An IPv4 address that came over IPv6, as what it is; any other as it stands. */
export function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** The first groups of an IPv6 address, with the zeros that `::` stands for written out. */
export function firstGroups(address: string, count: number): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, count).map((group) => Number.parseInt(group, 16).toString(16));
}
