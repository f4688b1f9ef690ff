import { describe, expect, it } from 'vitest';
import { REQUEST_FEATURES, requestFeatures, type SessionRequest } from '../index.js';

const page = (atMs: number, changes: Partial<SessionRequest> = {}): SessionRequest => ({
  atMs,
  method: 'GET',
  path: `/page-${atMs}`,
  status: 200,
  hasReferrer: true,
  isAsset: false,
  ...changes,
});
const named = (requests: readonly SessionRequest[]) =>
  Object.fromEntries(requestFeatures(requests).map((value, i) => [REQUEST_FEATURES[i], value]));

describe('the features of a session of requests', () => {
  it('tell a clock from a person', () => {
    const clock = named(Array.from({ length: 20 }, (_, i) => page(i * 10_000)));
    expect(clock).toMatchObject({ gapVariation: 0, gapEntropy: 0, logMeanGap: Math.log(11), logCount: Math.log(20) });
    // Gaps of 1, 2, 4 and 8 s lie in four bins: two bits.
    const person = named([0, 1_000, 3_000, 7_000, 15_000].map((atMs) => page(atMs)));
    expect(person.gapEntropy).toBeCloseTo(2, 12);
    expect(person.gapVariation).toBeGreaterThan(0.5);
  });

  it('are shares of what was asked for', () => {
    const requests = [
      page(0, { path: '/robots.txt', hasReferrer: false }),
      page(1, { path: '/feed.xml', status: 404 }),
      page(2, { method: 'HEAD', path: '/style.css', isAsset: true }),
      page(3, { path: '/style.css', isAsset: true }),
    ];
    expect(named(requests)).toMatchObject({
      assetShare: 0.5,
      noReferrerShare: 0.25,
      errorShare: 0.25,
      otherMethodShare: 0.25,
      robotsShare: 0.25,
      feedShare: 0.25,
      repeatShare: 0.25,
    });
  });

  it('are numbers for anything: too few, all at once, out of order', () => {
    for (const times of [[], [5], [5, 5, 5], [9, 1, 7]]) {
      const features = requestFeatures(times.map((atMs) => page(atMs)));
      expect(features).toHaveLength(REQUEST_FEATURES.length);
      expect(features.every(Number.isFinite)).toBe(true);
    }
  });
});
