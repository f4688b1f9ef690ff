import { BlockList, isIPv6 } from 'node:net';
import type { Config } from '../config.js';

/** Whether a connection from an address is one of the proxies that the setting names, which speak for many senders. */
export function createProxyCheck(trustProxy: Config['trustProxy']): (address: string) => boolean {
  if (typeof trustProxy === 'number') return () => trustProxy > 0; // so set, nobody comes around them
  const proxies = new BlockList();
  for (const entry of trustProxy.split(',')) {
    const [address = '', bits] = entry.trim().split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return proxies.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}
