import { integerBetween, type Random } from '../load/random.js';

/** What the network does to requests, as shares of them; what is left passes. */
export interface Weather {
  /** Nobody is reached: every connection is torn before a byte is read. */
  readonly down: boolean;
  /** Before anything else happens to a request. */
  readonly latencyMs: { readonly low: number; readonly high: number };
  /** The connection is reset before the request reached the collector. */
  readonly lostRequests: number;
  /** The collector took it, its answer is dropped and the connection reset. */
  readonly lostAnswers: number;
  /** The answer ends in the middle of its body. */
  readonly cutAnswers: number;
  /** Turned away with 503 and `Retry-After: 1`, without reaching the collector. */
  readonly busy: number;
}

/** What becomes of one request. */
export interface Fate {
  readonly kind: 'pass' | 'lost-request' | 'lost-answer' | 'cut-answer' | 'busy';
  readonly latencyMs: number;
}

export const FAIR: Weather = {
  down: false,
  latencyMs: { low: 0, high: 0 },
  lostRequests: 0,
  lostAnswers: 0,
  cutAnswers: 0,
  busy: 0,
};

export const DOWN: Weather = { ...FAIR, down: true };

/** Two draws a request, whatever comes out: the n-th request meets the same fate in every run of a seed. */
export function decideFate(weather: Weather, random: Random): Fate {
  const { lostRequests, lostAnswers, cutAnswers, busy } = weather;
  const latencyMs = integerBetween(random, weather.latencyMs.low, weather.latencyMs.high);
  let rest = random();
  const falls = (share: number): boolean => {
    rest -= share;
    return rest < 0;
  };
  if (falls(lostRequests)) return { kind: 'lost-request', latencyMs };
  if (falls(lostAnswers)) return { kind: 'lost-answer', latencyMs };
  if (falls(cutAnswers)) return { kind: 'cut-answer', latencyMs };
  if (falls(busy)) return { kind: 'busy', latencyMs };
  return { kind: 'pass', latencyMs };
}
