// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ATTENTION_MS } from './dwell.js';
import type { EmitOptions, EventFields } from './event-fields.js';
import { trackViews, type ViewOptions } from './views.js';

interface Seen {
  readonly fields: EventFields;
  readonly occurredAt: number | undefined;
  readonly eventId: string | undefined;
}

function startViews(options: Partial<ViewOptions> = {}) {
  const clock = { wall: 1_800_000_000_000, ms: 0 };
  const seen: Seen[] = [];
  const drafts: Seen[] = [];
  const into = (list: Seen[]) => (fields: EventFields, given?: EmitOptions) =>
    void list.push({ fields, occurredAt: given?.occurredAt, eventId: given?.eventId });
  const errors: unknown[] = [];
  const views = trackViews({
    emit: into(seen),
    saveDraft: into(drafts),
    guard:
      (work) =>
      (...args) => {
        try {
          work(...args);
        } catch (error) {
          errors.push(error);
        }
      },
    clock: { now: () => clock.wall + clock.ms, monotonicMs: () => clock.ms },
    automatic: true,
    describe: () => ({}),
    cleanUrl: (url) => url.replace(/\?[^#]*|#(?!\/).*/g, ''),
    startFields: () => ({}),
    endFields: () => ({}),
    ...options,
  });
  onTestFinished(() => views.stop());
  /** Time goes by, and the timers of the page with it. */
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      clock.ms += Math.min(250, left);
      vi.advanceTimersByTime(Math.min(250, left));
    }
    vi.advanceTimersByTime(0);
  };
  const lines = () => seen.map(({ fields }) => `${fields.type} ${'page' in fields ? fields.page : ''}`);
  const of = <T extends EventFields['type']>(type: T) =>
    seen
      .map(({ fields }) => fields)
      .filter((fields): fields is Extract<EventFields, { type: T }> => fields.type === type);
  return { clock, seen, drafts, errors, views, pass, lines, of };
}

function setVisible(isVisible: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!isVisible);
  document.dispatchEvent(new Event('visibilitychange'));
}

function pageShow(persisted: boolean): void {
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
}

describe('trackViews', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
    history.replaceState(null, '', '/');
    document.title = '';
  });

  it('says one page_view an address and one view_end, in this order, even for two changes in one task', () => {
    const { lines, seen, of } = startViews();
    history.pushState(null, '', '/a');
    history.pushState(null, '', '/a');
    history.pushState(null, '', '/b');
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /a', 'view_end /a', 'page_view /b']);
    const ids = seen.map(({ fields }) => ('viewId' in fields ? fields.viewId : undefined));
    expect([ids[0], ids[2]]).toEqual([ids[1], ids[3]]);
    expect(new Set(ids).size).toBe(3);
    expect(of('page_view').map((view) => view.referrer?.replace(location.origin, ''))).toEqual([undefined, '/', '/a']);
  });

  it('cleans the query of a hash route wherever it tells of the page', () => {
    history.replaceState(null, '', '/app#/orders?token=SECRET');
    const { drafts, lines, pass, seen, views } = startViews();
    pass(1_000);
    expect(views.current()?.page).toBe('/app#/orders');
    views.stop();
    expect(lines()).toEqual(['page_view /app#/orders', 'view_end /app#/orders']);
    expect(JSON.stringify([seen, drafts])).not.toContain('SECRET');
  });

  it('takes a redirect for one view, of the address that it ends at', () => {
    const { lines, of } = startViews({ describe: (path) => ({ template: `of ${path}` }) });
    vi.advanceTimersByTime(0);
    history.pushState(null, '', '/old?from=1');
    history.replaceState(null, '', '/older');
    history.replaceState(null, '', '/new');
    vi.advanceTimersByTime(0);
    history.pushState(null, '', '/next');
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /new', 'view_end /new', 'page_view /next']);
    expect(of('page_view')[1]).toMatchObject({
      url: `${location.origin}/new`,
      referrer: `${location.origin}/`,
      template: 'of /new',
    });
    expect(of('page_view')[2]?.referrer).toBe(`${location.origin}/new`);
  });

  it('takes an address that is replaced once its view was said for another view', () => {
    const { lines } = startViews();
    vi.advanceTimersByTime(0);
    history.replaceState(null, '', '/later');
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /later']);
  });

  it('reads the title at the end of the task, and dates the view at its beginning', () => {
    const { clock, of, seen } = startViews();
    document.title = 'Products';
    clock.ms = 40;
    vi.advanceTimersByTime(0);
    expect(of('page_view')[0]?.title).toBe('Products');
    expect(seen[0]?.occurredAt).toBe(clock.wall);
  });

  it('measures the view by the monotonic clock', () => {
    const { clock, of, pass } = startViews();
    pass(2_000);
    clock.wall -= 3_600_000;
    document.dispatchEvent(new Event('pointerdown'));
    pass(32_000.6);
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]).toMatchObject({ dwellMs: 32_000, visibleMs: 34_001, focusedMs: 34_001 });
  });

  it('counts no focused time after a blur', () => {
    const { of, pass } = startViews();
    pass(1_000);
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    dispatchEvent(new Event('blur'));
    pass(4_000);
    dispatchEvent(new Event('focus'));
    pass(1_000);
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]).toMatchObject({ visibleMs: 6_000, focusedMs: 2_000, dwellMs: 2_000 });
  });

  it('keeps the end of a view that stood for days within what the collector takes', () => {
    const { clock, of } = startViews();
    for (; clock.ms < 2 * 86_400_000; clock.ms += 9_000) document.dispatchEvent(new Event('scroll'));
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]?.visibleMs).toBe(86_400_000);
  });

  it('ends the view once when the page goes, and begins another when it comes back from the cache', () => {
    const { lines, of } = startViews();
    vi.advanceTimersByTime(0);
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(new Event('pagehide'));
    pageShow(false);
    pageShow(true);
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /']);
    expect(of('page_view')[1]?.referrer).toBeUndefined(); // it did not lead to itself
  });

  it('names views as the app describes them', () => {
    const { of, views } = startViews({
      describe: (path) => (path === '/' ? {} : { page: '/orders/:id', template: 'order', title: 'An order' }),
    });
    history.pushState(null, '', '/orders/7?token=1');
    expect(views.current()?.page).toBe('/orders/:id');
    vi.advanceTimersByTime(0);
    expect(of('page_view')[1]).toMatchObject({
      page: '/orders/:id',
      template: 'order',
      title: 'An order',
      url: `${location.origin}/orders/7`,
    });
    views.show({ page: 'dialog' });
    vi.advanceTimersByTime(0);
    expect(of('page_view')[2]).toMatchObject({ page: 'dialog', template: 'order' });
  });

  it('takes hash routes for pages', () => {
    const { lines } = startViews();
    history.pushState(null, '', '#/cart');
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /#/cart']);
  });

  it('waits to be told when views are not automatic', () => {
    const { lines, views } = startViews({ automatic: false });
    history.pushState(null, '', '/a');
    pageShow(true);
    expect(views.current()).toBeUndefined();
    views.show({ page: 'home' });
    dispatchEvent(new Event('pagehide'));
    expect(lines()).toEqual(['page_view home', 'view_end home']);
  });

  it('ends the view on stop and follows nothing from then on', () => {
    const { lines, views } = startViews();
    views.stop();
    history.pushState(null, '', '/a');
    pageShow(true);
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual(['page_view /', 'view_end /']);
  });

  it('adds what features tell of the beginning and the end of a view', () => {
    const { of } = startViews({
      startFields: () => ({ campaign: { source: 'mail' } }),
      endFields: () => ({ scrollDepthRatio: 0.5 }),
    });
    history.pushState(null, '', '/a');
    expect(of('page_view')[0]?.campaign).toEqual({ source: 'mail' });
    expect(of('view_end')[0]?.scrollDepthRatio).toBe(0.5);
  });

  it('writes the end of a view down once a second while it is visible, and not while it is hidden', () => {
    const { drafts, pass } = startViews();
    expect(drafts).toHaveLength(0);
    pass(0);
    expect(drafts).toHaveLength(1);
    pass(5_000);
    expect(drafts).toHaveLength(6);
    setVisible(false);
    expect(drafts).toHaveLength(7); // as of when it was left
    pass(60_000);
    expect(drafts).toHaveLength(7);
    setVisible(true);
    pass(2_000);
    expect(drafts).toHaveLength(10);
    expect(drafts.at(-1)?.fields).toMatchObject({ type: 'view_end', page: '/', visibleMs: 7_000 });
  });

  it('ends a view under the id of its drafts, and each view under its own', () => {
    const { drafts, seen, pass } = startViews();
    pass(2_000);
    history.pushState(null, '', '/a');
    pass(2_000);
    history.pushState(null, '', '/b');
    const idsOf = (list: typeof seen, page: string) =>
      list.flatMap(({ fields, eventId }) => (fields.type === 'view_end' && fields.page === page ? [eventId] : []));
    const [first, second] = [idsOf(seen, '/'), idsOf(seen, '/a')];
    expect(new Set(idsOf(drafts, '/'))).toEqual(new Set(first));
    expect(new Set(idsOf(drafts, '/a'))).toEqual(new Set(second));
    expect(first).not.toEqual(second);
  });

  it('writes no draft when there is no view', () => {
    const { drafts, pass } = startViews();
    pass(1_000);
    dispatchEvent(new Event('pagehide'));
    const before = drafts.length;
    pass(5_000);
    expect(drafts).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['its timer', () => undefined],
    ['a finger', () => document.dispatchEvent(new Event('pointermove'))],
    ['the tab, when it is hidden', () => setVisible(false)],
  ])('takes out the time that the device slept, whoever tells first: %s', (_, wake) => {
    const { clock, of, pass } = startViews();
    pass(4_000);
    clock.ms += 8 * 3_600_000; // a clock that ran on while no timer did
    wake();
    pass(1_000);
    setVisible(true);
    history.pushState(null, '', '/next');
    const visibleMs = of('view_end')[0]?.visibleMs ?? 0;
    expect(visibleMs).toBeGreaterThanOrEqual(4_000);
    expect(visibleMs).toBeLessThanOrEqual(4_000 + 3_000);
  });

  it('counts a page that is visible, awake and unattended as visible', () => {
    const { of, pass } = startViews();
    pass(120_000);
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]).toMatchObject({ visibleMs: 120_000, dwellMs: ATTENTION_MS });
  });

  it('shows nothing of a page that is rendered ahead before it is activated', () => {
    const prerendered = Object.assign(document, { prerendering: true });
    onTestFinished(() => void Reflect.deleteProperty(prerendered, 'prerendering'));
    const { lines, views, pass } = startViews();
    history.replaceState(null, '', '/redirected');
    history.pushState(null, '', '/routed');
    pass(3_000);
    expect(lines()).toEqual([]);
    expect(views.current()).toBeUndefined();
    prerendered.prerendering = false;
    document.dispatchEvent(new Event('prerenderingchange'));
    pass(0);
    history.pushState(null, '', '/next');
    pass(0);
    expect(lines()).toEqual(['page_view /routed', 'view_end /routed', 'page_view /next']);
  });

  it('never shows a page that was rendered ahead for nothing', () => {
    const prerendered = Object.assign(document, { prerendering: true });
    onTestFinished(() => void Reflect.deleteProperty(prerendered, 'prerendering'));
    const { lines, views } = startViews();
    views.stop();
    document.dispatchEvent(new Event('prerenderingchange'));
    vi.advanceTimersByTime(0);
    expect(lines()).toEqual([]);
  });

  it('keeps what it throws out of the calls and timers of the page', () => {
    let fails = false;
    const { errors, pass } = startViews({
      endFields() {
        if (fails) throw new Error('a feature');
        return {};
      },
    });
    pass(0);
    fails = true;
    expect(() => history.pushState(null, '', '/a')).not.toThrow();
    expect(() => pass(1_000)).not.toThrow();
    expect(() => dispatchEvent(new Event('pagehide'))).not.toThrow();
    expect(errors).toHaveLength(3);
    fails = false;
  });
});
