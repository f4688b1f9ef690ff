import { describe, expect, it } from 'vitest';
import { injectedFigures, playWorld, QUICK_WORLDS } from '../benchmarks/src/risk/injected.js';

/** The short form of `pnpm bench risk`: a market of 250 people with four cases of each kind, one whose pages break, one with outages. */
describe('behaviour put into a simulated market', { timeout: 120_000 }, () => {
  const { injected, blindFollowing, falsePer10kAll, cleanSessions, recallByDetail } = injectedFigures(
    QUICK_WORLDS.map(playWorld),
  );

  it.each([
    'velocity',
    'scripted_timing',
    'impossible_travel',
    'credential_stuffing',
    'structuring',
    'subscribe_cancel_loop',
    'replayed_stream',
    'bot',
    'new_device_sensitive_action',
    'shared_device_ring',
    'funnel_break',
    'wash_pair',
  ])('is found nearly always: %s', (kind) => {
    const figures = injected.find((one) => one.kind === kind);
    expect(figures?.cases).toBeGreaterThanOrEqual(4);
    expect(figures?.recall).toBeGreaterThanOrEqual(0.75);
  });

  it('pages that break, and an app that nobody comes to', () => {
    const of = (detail: string) => (recallByDetail[`funnel_break: ${detail}`] ?? '0/0').split('/').map(Number);
    for (const detail of ['page_flat', 'page_drop', 'flat_line']) {
      const [found = 0, cases = 0] = of(detail);
      expect(cases).toBeGreaterThanOrEqual(4);
      expect(found / cases).toBeGreaterThanOrEqual(0.75);
    }
  });

  it('crowds are told with their lead, which beside the delay is the whole case', () => {
    const surges = injected.find(({ kind }) => kind === 'herding_surge');
    expect((surges?.delayMsP95 ?? 0) + (surges?.leadMs?.beforeEnd.p5 ?? 0)).toBe(45 * 60_000);
    expect(blindFollowing).toMatchObject({ cases: surges?.cases, leadMs: { beforePeak: expect.any(Object) } });
    expect(injected.filter(({ leadMs }) => leadMs).map(({ kind }) => kind)).toEqual(['sale_rush', 'herding_surge']);
  });

  it('and people who do nothing wrong are left alone', () => {
    expect(cleanSessions).toBeGreaterThan(4_000);
    expect(falsePer10kAll).toBeLessThanOrEqual(10);
  });
});
