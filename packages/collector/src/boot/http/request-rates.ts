import { wholeNumber } from '../setting-kinds.js';

/** High enough that a collector is busy before it is reached: 0 is no limit at all. */
const perSecond = (usual: number) => wholeNumber(0, 1_000_000).default(usual);

/** How many requests a second are taken on average; ten seconds' worth may come at once. Spread into the configuration. */
export const REQUEST_RATES = {
  /** With one key, unless the key itself has a rate. */
  keyRequestsPerSecond: perSecond(10_000),
  /** From one IPv4 address or one IPv6 /64. A mobile carrier puts thousands of people behind one. */
  addressRequestsPerSecond: perSecond(5_000),
};

export const REQUEST_RATE_VARIABLES = {
  TIDEMARK_KEY_REQUESTS_PER_SECOND: 'keyRequestsPerSecond',
  TIDEMARK_ADDRESS_REQUESTS_PER_SECOND: 'addressRequestsPerSecond',
} as const;
