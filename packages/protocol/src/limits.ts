/**
 * What one batch and one event may hold. Stated once, enforced by the schema and the collector, kept by the SDKs.
 * Lengths are Unicode code points.
 */
export const LIMITS = {
  /** A body after decompression; a larger one is answered 413 and halved by the sender. */
  bodyBytes: 1_048_576,
  /** A body as it arrives; the same bound, since a compressed body is never larger than what it holds is allowed to be. */
  wireBytes: 1_048_576,
  eventsPerBatch: 1_000,
  /** Names of events, goals, metrics, modules, forms, products, currencies and the like. */
  nameLength: 128,
  /** Ids given by the app: users, accounts, orders. */
  idLength: 128,
  urlLength: 2_048,
  /** Titles, error messages, values of props. */
  textLength: 1_024,
  stackLength: 8_192,
  userAgentLength: 512,
  propsCount: 64,
  propKeyLength: 64,
  /** Modules that one transition names. */
  modulesCount: 64,
  /** Device clocks outside these bounds are no clocks: 2000-01-01 and 2100-01-01. They also bound the partitions of the store. */
  occurredAtMinMs: 946_684_800_000,
  occurredAtMaxMs: 4_102_444_800_000,
  /** 2^48: far above what one queue can number, and small enough to be exact everywhere. */
  seqMax: 281_474_976_710_655,
  /** A day: a longer dwell is a device that slept. */
  dwellMaxMs: 86_400_000,
  /** Amounts are kept with four decimals in 64 bits; this bound keeps them exact in a double as well. */
  amountMax: 900_000_000_000,
  /** How long a copy of an event is recognised. */
  duplicateHorizonMs: 7 * 86_400_000,
} as const;
