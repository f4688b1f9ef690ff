import { z } from 'zod';
import { wholeNumber } from '../setting-kinds.js';

const whole = (fallback: number, min: number, max: number) => wholeNumber(min, max).default(fallback);
const MIB = 1_048_576;

/**
 * What a collector takes on at once. Each has a metric that counts what was turned away by it; docs/operations.md is the
 * same list for operators, held against this one by a test.
 */
export const OVERLOAD_LIMITS = {
  /** Open connections; further ones are closed as they come. Each costs some 15 kB while it is idle. */
  maxConnections: whole(4_096, 1, 1_000_000),
  /** Of one sender (IPv6: one /64). A trusted proxy speaks for many and is not counted. */
  maxConnectionsPerAddress: whole(512, 1, 1_000_000),
  /** Requests that were begun and not yet answered. */
  maxConcurrentRequests: whole(1_024, 1, 1_000_000),
  /** Of these, questions to the store: it answers eight at a time, the rest waits in memory. */
  maxConcurrentReads: whole(64, 1, 100_000),
  /** Pages on the live stream. */
  maxLiveListeners: whole(256, 1, 100_000),
  /** Bodies, what they unpack and parse to (reckoned with as soon as they are announced), and rows that wait for the disk. */
  maxBytesInFlight: whole(32 * MIB, 8 * MIB, 64 * 1_024 * MIB),
  /** Device queues that are known, of which one workspace may have three quarters: 600 bytes each, for seven days. */
  maxQueues: whole(2_000_000, 1, 100_000_000),
  /** When the event loop has been busy for so long without a pause, what else has come is refused unread. */
  maxEventLoopDelayMs: whole(500, 20, 60_000),
  /** For headers and body together, from the first byte. */
  requestTimeoutMs: whole(30_000, 100, 3_600_000),
  headersTimeoutMs: whole(10_000, 100, 3_600_000),
  /** A connection without a request; longer than load balancers keep theirs, so that they end it and not we. */
  keepAliveTimeoutMs: whole(72_000, 100, 3_600_000),
  /** An answer that nobody reads. */
  answerTimeoutMs: whole(30_000, 100, 3_600_000),
  /** A body that comes slower than this, after ten seconds, is cut off. 256 B/s is a tenth of GPRS. */
  minBodyBytesPerSecond: whole(256, 0, 1_000_000),
  /** How often slow clients are looked for. */
  connectionCheckMs: whole(1_000, 10, 60_000),
};

const overloadSchema = z.object(OVERLOAD_LIMITS);
export type OverloadLimits = z.infer<typeof overloadSchema>;

export const OVERLOAD_VARIABLES = {
  TIDEMARK_MAX_CONNECTIONS: 'maxConnections',
  TIDEMARK_MAX_CONNECTIONS_PER_ADDRESS: 'maxConnectionsPerAddress',
  TIDEMARK_MAX_CONCURRENT_REQUESTS: 'maxConcurrentRequests',
  TIDEMARK_MAX_CONCURRENT_READS: 'maxConcurrentReads',
  TIDEMARK_MAX_LIVE_LISTENERS: 'maxLiveListeners',
  TIDEMARK_MAX_BYTES_IN_FLIGHT: 'maxBytesInFlight',
  TIDEMARK_MAX_QUEUES: 'maxQueues',
  TIDEMARK_MAX_EVENT_LOOP_DELAY_MS: 'maxEventLoopDelayMs',
  TIDEMARK_REQUEST_TIMEOUT_MS: 'requestTimeoutMs',
  TIDEMARK_HEADERS_TIMEOUT_MS: 'headersTimeoutMs',
  TIDEMARK_KEEP_ALIVE_TIMEOUT_MS: 'keepAliveTimeoutMs',
  TIDEMARK_ANSWER_TIMEOUT_MS: 'answerTimeoutMs',
  TIDEMARK_MIN_BODY_BYTES_PER_SECOND: 'minBodyBytesPerSecond',
  TIDEMARK_CONNECTION_CHECK_MS: 'connectionCheckMs',
} as const satisfies Record<string, keyof OverloadLimits>;

/** The limits as they are when nobody says otherwise. */
export function defaultOverloadLimits(): OverloadLimits {
  return overloadSchema.parse({});
}
