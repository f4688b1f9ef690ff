import { beforeEach, describe, expect, it, vi } from 'vitest';
import { storageQuotaBytes } from './storage-quota.js';

describe('storageQuotaBytes', () => {
  beforeEach(() => () => void vi.unstubAllGlobals());

  it('is what the browser says', async () => {
    vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 1_000 }) } });
    expect(await storageQuotaBytes()).toBe(1_000);
  });

  it.each([
    ['has no such thing', {}],
    ['cannot estimate', { storage: {} }],
    ['refuses', { storage: { estimate: () => Promise.reject(new TypeError('opaque origin')) } }],
    ['does not know', { storage: { estimate: async () => ({}) } }],
  ])('is without a bound where the browser %s', async (_, navigator) => {
    vi.stubGlobal('navigator', navigator);
    expect(await storageQuotaBytes()).toBe(Number.POSITIVE_INFINITY);
  });
});
