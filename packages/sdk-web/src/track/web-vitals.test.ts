// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { webVitals } from './web-vitals.js';

/** A browser that measures paints and nothing else; what it measures is a matter of test/e2e/features.test.ts. */
function fakePaints() {
  const callbacks: ((list: unknown) => void)[] = [];
  const fake = function fake(callback: (list: unknown) => void) {
    return { observe: () => callbacks.push(callback), disconnect: () => undefined, takeRecords: () => [] };
  };
  vi.stubGlobal('PerformanceObserver', Object.assign(fake, { supportedEntryTypes: ['largest-contentful-paint'] }));
  onTestFinished(() => void vi.unstubAllGlobals());
  return async (startTime: number): Promise<void> => {
    const entries = [{ entryType: 'largest-contentful-paint', startTime }];
    for (const callback of callbacks) callback({ getEntries: () => entries });
    await Promise.resolve(); // the library waits for a microtask
  };
}

describe('webVitals', () => {
  it('tells the last value at the first chance before the page goes, and never a second one', async () => {
    const paint = fakePaints();
    const { events, hide, stop } = startFeature(webVitals());
    onTestFinished(stop);
    await paint(100);
    await paint(200.00006);
    expect(events).toEqual([]);
    hide();
    await paint(300);
    hide();
    expect(events).toEqual([{ type: 'web_vital', metric: 'LCP', value: 200.0001 }]);
  });

  it('tells them anew after a return from the back-forward cache', async () => {
    const paint = fakePaints();
    const { events, hide, stop } = startFeature(webVitals());
    onTestFinished(stop);
    await paint(100);
    hide();
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    hide();
    expect(events).toHaveLength(1); // nothing is painted yet
    await vi.waitFor(() => {
      hide();
      expect(events).toHaveLength(2);
    });
    hide();
    expect(events).toEqual([
      { type: 'web_vital', metric: 'LCP', value: 100 },
      { type: 'web_vital', metric: 'LCP', value: expect.any(Number) },
    ]);
  });

  it('tells nothing after the stop', async () => {
    const paint = fakePaints();
    const { events, hide, stop } = startFeature(webVitals());
    await paint(100);
    stop();
    hide();
    expect(events).toEqual([]);
  });

  it('does no harm where the browser measures nothing', () => {
    vi.stubGlobal('PerformanceObserver', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { dropped, events, hide, stop } = startFeature(webVitals());
    hide();
    stop();
    expect(events).toEqual([]);
    expect(dropped).toEqual({});
  });
});
