// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { type ExposuresOptions, exposures } from './exposures.js';

const VIEWPORT = 800;

/** happy-dom lays nothing out: the test says what the observer would see. */
function fakeIntersections() {
  const observed = new Set<Element>();
  let report: (entries: readonly unknown[]) => void = () => undefined;
  let thresholds: readonly number[] = [];
  vi.stubGlobal('IntersectionObserver', function fake(callback: typeof report, options: IntersectionObserverInit) {
    report = callback;
    thresholds = [options.threshold ?? 0].flat();
    return { observe: (element: Element) => observed.add(element), disconnect: () => observed.clear() };
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const entry = (target: Element, visiblePx: number, height: number) => ({
    target,
    isIntersecting: visiblePx > 0,
    intersectionRatio: visiblePx / height,
    intersectionRect: { height: visiblePx },
    boundingClientRect: { height },
    rootBounds: { height: VIEWPORT },
  });
  return {
    observed,
    thresholds: () => thresholds,
    /** Each as [id, visible pixels, height]; all in one call, as a browser does for a frame. */
    see(...sights: readonly (readonly [id: string, visiblePx: number, height?: number])[]) {
      report(
        sights.flatMap(([id, visiblePx, height = 100]) => {
          const target = document.getElementById(id);
          return target && observed.has(target) ? [entry(target, visiblePx, height)] : [];
        }),
      );
    },
  };
}

function startExposures(options?: ExposuresOptions) {
  const intersections = fakeIntersections();
  document.body.innerHTML = ['a', 'b', 'c'].map((id) => `<p id="${id}" data-tidemark-exposure="m-${id}"></p>`).join('');
  const started = startFeature(exposures(options));
  onTestFinished(started.stop);
  const modules = () => started.events.map((event) => (event.type === 'exposure' ? event.module : event.type));
  return { ...started, ...intersections, modules };
}

function setHidden(hidden: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('exposures', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
  });

  it('tells of a module of which half was visible for a second, once', () => {
    const { events, see } = startExposures();
    see(['a', 50], ['b', 49]);
    vi.advanceTimersByTime(999);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toEqual([{ type: 'exposure', module: 'm-a', visibleRatio: 0.5, visibleMs: 1_000 }]);
    see(['a', 0]);
    see(['a', 100]);
    vi.advanceTimersByTime(5_000);
    expect(events).toHaveLength(1);
  });

  it('begins the second anew after a break', () => {
    const { modules, see } = startExposures();
    see(['a', 100]);
    vi.advanceTimersByTime(900);
    see(['a', 20]);
    see(['a', 100]);
    vi.advanceTimersByTime(900);
    expect(modules()).toEqual([]);
    see(['a', 60]); // less, but enough: no break
    vi.advanceTimersByTime(100);
    expect(modules()).toEqual(['m-a']);
  });

  it('counts no time in which the page was hidden', () => {
    const { modules, see } = startExposures();
    see(['a', 100]);
    vi.advanceTimersByTime(900);
    setHidden(true);
    see(['b', 100]);
    vi.advanceTimersByTime(5_000);
    expect(modules()).toEqual([]);
    setHidden(false);
    vi.advanceTimersByTime(900);
    expect(modules()).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(modules()).toEqual(['m-a', 'm-b']);
  });

  it('takes half of the viewport for enough where the module is higher than it', () => {
    const { events, see } = startExposures();
    see(['a', 399, 5_000], ['b', 400, 5_000], ['c', 399, 800]);
    vi.advanceTimersByTime(1_000);
    expect(events).toEqual([{ type: 'exposure', module: 'm-b', visibleRatio: 0.08, visibleMs: 1_000 }]);
  });

  it('is told by the browser when a module of a hundred viewports fills half of one', () => {
    const { thresholds } = startExposures({ ratio: 0.3 });
    expect(thresholds()).toContain(0.3);
    expect(thresholds().filter((threshold) => threshold > 0 && threshold <= 1 / 100).length).toBeGreaterThan(1);
  });

  it('tells of several in one task', () => {
    const { events, see } = startExposures();
    const told: number[] = [];
    see(['a', 100], ['b', 100], ['c', 100]);
    const timer = setInterval(() => told.push(events.length), 1);
    onTestFinished(() => clearInterval(timer));
    vi.advanceTimersByTime(1_100);
    expect(new Set(told)).toEqual(new Set([0, 3]));
    expect(vi.getTimerCount()).toBe(1); // the test's own
  });

  it('tells of a module again in the next view, also where it stayed in sight', () => {
    const { beginView, modules, see } = startExposures();
    see(['a', 100]);
    vi.advanceTimersByTime(1_500);
    beginView();
    vi.advanceTimersByTime(900);
    expect(modules()).toEqual(['m-a']);
    vi.advanceTimersByTime(100);
    expect(modules()).toEqual(['m-a', 'm-a']);
  });

  it('sees elements that come later, with one look for many', async () => {
    const { modules, observed, see } = startExposures();
    const scan = vi.spyOn(document, 'querySelectorAll');
    for (const id of ['d', 'e']) {
      const element = document.createElement('p');
      element.id = id;
      element.setAttribute('data-tidemark-exposure', `m-${id}`);
      document.body.append(element);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(observed.size).toBe(5);
    expect(scan).toHaveBeenCalledOnce();
    see(['d', 100]);
    vi.advanceTimersByTime(1_000);
    expect(modules()).toEqual(['m-d']);
  });

  it('watches what the options say, and names by id what has no other name', () => {
    const { events, see, observed } = startExposures({ selector: '#a,#b', ratio: 0.9, ms: 10 });
    expect(observed.size).toBe(2);
    document.getElementById('a')?.setAttribute('data-tidemark-exposure', '');
    see(['a', 90], ['b', 80]);
    vi.advanceTimersByTime(10);
    expect(events).toEqual([{ type: 'exposure', module: 'a', visibleRatio: 0.9, visibleMs: 10 }]);
  });

  it('watches nothing after the stop', async () => {
    const { modules, observed, see, stop } = startExposures();
    see(['a', 100]);
    stop();
    document.body.append(document.createElement('p'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(modules()).toEqual([]);
    expect(observed.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
