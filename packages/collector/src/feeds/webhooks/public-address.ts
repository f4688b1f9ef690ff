import { BlockList, isIP } from 'node:net';

/*
 * Where a webhook may go: an address that anybody on the internet could reach, and nothing that only this machine or its network
 * can. By the registries of special-purpose addresses.
 *
 * See IANA, "IPv4/IPv6 Special-Purpose Address Registry" (RFC 6890), and RFC 4291, 6052, 4380, 3056 for addresses inside addresses.
 */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, and the metadata services of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 only global unicast is open; in it these carry another address inside or stand for nobody. */
const GLOBAL_V6 = ['2000::', 3] as const;
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // Teredo, benchmarking, ORCHID
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4
  ['3fff::', 20],
];

export type AddressVerdict = 'public' | 'loopback' | 'special' | 'no_address';

/** @param address - as a resolver gives it. Mapped and translated forms (`::ffff:10.0.0.1`, `64:ff9b::...`) are never public. */
export function judgeAddress(address: string): AddressVerdict {
  const family = isIP(address);
  if (family === 0) return 'no_address';
  if (family === 4) {
    if (listOf([['127.0.0.0', 8]], 'ipv4').check(address, 'ipv4')) return 'loopback';
    return listOf(SPECIAL_V4, 'ipv4').check(address, 'ipv4') ? 'special' : 'public';
  }
  if (listOf([['::1', 128]], 'ipv6').check(address, 'ipv6')) return 'loopback';
  if (!listOf([GLOBAL_V6], 'ipv6').check(address, 'ipv6')) return 'special';
  return listOf(SPECIAL_V6, 'ipv6').check(address, 'ipv6') ? 'special' : 'public';
}

function listOf(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, family);
  return list;
}
