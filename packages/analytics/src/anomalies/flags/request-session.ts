import { variationOfGaps } from '../../stats/burstiness.js';
import { entropyBits } from '../../stats/entropy.js';
import type { Measure } from '../../stats/outcome.js';

/** One request of a session, as any server's log has it. The agent is left out: it is what is to be checked. */
export interface SessionRequest {
  readonly atMs: number;
  /** Upper case; empty when it was malformed. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly hasReferrer: boolean;
  readonly isAsset: boolean;
}

/**
 * What sets a program apart from a person at a browser, in this order: shares of requests for what a page draws itself with,
 * without a referrer, that failed, that are no GET, for robots.txt, for a feed, for a path already asked for; ln of the count;
 * of the gaps the coefficient of variation, the entropy in bins that double (bits), and ln(1 + mean seconds).
 */
export const REQUEST_FEATURES = [
  'assetShare',
  'noReferrerShare',
  'errorShare',
  'otherMethodShare',
  'robotsShare',
  'feedShare',
  'repeatShare',
  'logCount',
  'gapVariation',
  'gapEntropy',
  'logMeanGap',
] as const;

const FEED = /(rss|atom|feed|\.xml$)/i;

/**
 * @param requests - of one session, in order of time, at least two.
 * @returns shape [features] in the order of {@link REQUEST_FEATURES}, all finite; zeros for fewer.
 * @see S. Gianvecchio et al., "Measurement and classification of humans and bots in Internet chat", USENIX Security 2008;
 *   P.-N. Tan, V. Kumar, "Discovery of web robot sessions based on their navigational patterns", 2002.
 */
export function requestFeatures(requests: readonly SessionRequest[]): number[] {
  const count = requests.length;
  if (count < 2) return REQUEST_FEATURES.map(() => 0);
  const share = (is: (request: SessionRequest) => boolean) => requests.filter(is).length / count;
  const gaps = requests.slice(1).map((request, i) => Math.max(0, request.atMs - (requests[i]?.atMs ?? request.atMs)));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return [
    share(({ isAsset }) => isAsset),
    share(({ hasReferrer }) => !hasReferrer),
    share(({ status }) => status >= 400),
    share(({ method }) => method !== 'GET'),
    share(({ path }) => path === '/robots.txt'),
    share(({ path }) => FEED.test(path)),
    1 - new Set(requests.map(({ path }) => path)).size / count,
    Math.log(count),
    orZero(variationOfGaps(gaps)),
    gapEntropyBits(gaps),
    Math.log1p(mean / 1_000),
  ];
}

function orZero(one: Measure): number {
  return one.kind === 'measured' ? one.value : 0;
}

/** In bins that double, from one second. */
function gapEntropyBits(gaps: readonly number[]): number {
  const bins = new Map<number, number>();
  for (const gap of gaps) {
    const bin = gap < 1_000 ? 0 : Math.floor(Math.log2(gap / 1_000)) + 1;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return orZero(entropyBits([...bins.values()]));
}
