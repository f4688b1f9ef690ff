// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { type ScrollDepthOptions, scrollDepth } from './scroll-depth.js';

/** A page with a layout, which happy-dom has none of, and a count of how often it was read. */
function startScrollDepth(options?: ScrollDepthOptions) {
  const page = { scrollTop: 0, clientHeight: 800, scrollHeight: 4_000, reads: 0 };
  const root = {
    get scrollTop() {
      page.reads++;
      return page.scrollTop;
    },
    get clientHeight() {
      return page.clientHeight;
    },
    get scrollHeight() {
      return page.scrollHeight;
    },
  };
  vi.spyOn(document, 'scrollingElement', 'get').mockReturnValue(root as Element);
  const started = startFeature(scrollDepth(options));
  onTestFinished(started.stop);
  started.beginView();
  const scrollTo = (top: number, waitMs = 200) => {
    page.scrollTop = top;
    document.dispatchEvent(new Event('scroll'));
    vi.advanceTimersByTime(waitMs);
  };
  const depth = () => started.ending().scrollDepthRatio;
  const milestones = () => started.events.map((event) => (event.type === 'scroll' ? event.depthRatio : undefined));
  return { ...started, page, scrollTo, depth, milestones };
}

describe('scrollDepth', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it('tells the deepest point that was seen, not where the page stands now', () => {
    const { depth, scrollTo } = startScrollDepth();
    scrollTo(1_200);
    expect(depth()).toBeCloseTo(0.5, 3);
    scrollTo(0);
    expect(depth()).toBeCloseTo(0.5, 3);
    scrollTo(3_199.4); // browsers round the height, not the position
    expect(depth()).toBe(1);
  });

  it('tells 1 of a page that fits, and nothing of one that it had no time to look at', () => {
    const { depth, page } = startScrollDepth();
    page.scrollHeight = 800;
    expect(depth()).toBeUndefined();
    vi.advanceTimersByTime(200);
    expect(depth()).toBe(1);
  });

  it('takes the share of the greatest height: a page that loads grows, one that a dialog locks shrinks', () => {
    const { depth, page, scrollTo } = startScrollDepth();
    page.scrollHeight = 800;
    scrollTo(0);
    page.scrollHeight = 4_000;
    depth();
    vi.advanceTimersByTime(200);
    expect(depth()).toBeCloseTo(0.2, 3);
    page.scrollHeight = 800;
    scrollTo(0);
    expect(depth()).toBeCloseTo(0.2, 3);
  });

  it('begins anew with each view', () => {
    const { beginView, depth, scrollTo } = startScrollDepth();
    scrollTo(3_200, 0);
    beginView(); // before it was looked at
    vi.advanceTimersByTime(200);
    expect(depth()).toBeUndefined();
    scrollTo(0);
    expect(depth()).toBeCloseTo(0.2, 3);
  });

  it('looks at the layout once for many scroll events, and never for a box within the page', () => {
    const { page, scrollTo } = startScrollDepth();
    for (let top = 0; top < 50; top++) scrollTo(top, 1);
    vi.advanceTimersByTime(200);
    expect(page.reads).toBe(1);
    document.body.dispatchEvent(new Event('scroll'));
    vi.advanceTimersByTime(200);
    expect(page.reads).toBe(1);
  });

  it('says each milestone once a view, all that one scroll passes, and none that was only seen', () => {
    const { beginView, depth, milestones, scrollTo } = startScrollDepth({ milestones: [0.1, 0.5, 0.75, 1] });
    depth();
    vi.advanceTimersByTime(200);
    expect(milestones()).toEqual([]);
    scrollTo(2_400);
    scrollTo(0);
    scrollTo(2_400);
    expect(milestones()).toEqual([0.1, 0.5, 0.75]);
    scrollTo(3_200);
    beginView();
    depth();
    vi.advanceTimersByTime(200); // seen at the place where the former view was left
    expect(milestones()).toEqual([0.1, 0.5, 0.75, 1]);
    beginView();
    scrollTo(0);
    expect(milestones()).toEqual([0.1, 0.5, 0.75, 1, 0.1]);
  });

  it('tells no milestone unless asked', () => {
    const { events, scrollTo } = startScrollDepth();
    scrollTo(3_200);
    expect(events).toEqual([]);
  });

  it('looks at nothing after the stop', () => {
    const { page, scrollTo, stop } = startScrollDepth();
    scrollTo(10, 0);
    stop();
    scrollTo(20);
    expect(page.reads).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
