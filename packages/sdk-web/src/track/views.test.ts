// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EventFields } from './event-fields.js';
import { trackViews, type ViewOptions } from './views.js';

interface Seen {
  readonly fields: EventFields;
  readonly occurredAt: number | undefined;
}

function startViews(options: Partial<ViewOptions> = {}) {
  const clock = { wall: 1_800_000_000_000, ms: 0 };
  const seen: Seen[] = [];
  const views = trackViews(
    (fields, at) => seen.push({ fields, occurredAt: at?.occurredAt }),
    { now: () => clock.wall + clock.ms, monotonicMs: () => clock.ms },
    { automatic: true, describe: () => ({}), ...options },
  );
  onTestFinished(() => views.stop());
  const lines = () => seen.map(({ fields }) => `${fields.type} ${'page' in fields ? fields.page : ''}`);
  const of = <T extends EventFields['type']>(type: T) =>
    seen
      .map(({ fields }) => fields)
      .filter((fields): fields is Extract<EventFields, { type: T }> => fields.type === type);
  return { clock, seen, views, lines, of };
}

function pageShow(persisted: boolean): void {
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
}

describe('trackViews', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    history.replaceState(null, '', '/');
    document.title = '';
  });

  it('says one page_view an address and one view_end, in this order, even for two changes in one task', () => {
    const { lines, seen, of } = startViews();
    history.pushState(null, '', '/a');
    history.pushState(null, '', '/a');
    history.replaceState(null, '', '/b');
    vi.runAllTimers();
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /a', 'view_end /a', 'page_view /b']);
    const ids = seen.map(({ fields }) => ('viewId' in fields ? fields.viewId : undefined));
    expect([ids[0], ids[2]]).toEqual([ids[1], ids[3]]);
    expect(new Set(ids).size).toBe(3);
    expect(of('page_view').map((view) => view.referrer?.replace(location.origin, ''))).toEqual([undefined, '/', '/a']);
  });

  it('reads the title at the end of the task, and dates the view at its beginning', () => {
    const { clock, of, seen } = startViews();
    document.title = 'Products';
    clock.ms = 40;
    vi.runAllTimers();
    expect(of('page_view')[0]?.title).toBe('Products');
    expect(seen[0]?.occurredAt).toBe(clock.wall);
  });

  it('measures the view by the monotonic clock', () => {
    const { clock, of } = startViews();
    clock.ms = 2_000;
    clock.wall -= 3_600_000;
    document.dispatchEvent(new Event('pointerdown'));
    clock.ms = 34_000.6;
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]).toMatchObject({ dwellMs: 32_000, visibleMs: 34_001, focusedMs: 34_001 });
  });

  it('counts no focused time after a blur', () => {
    const { clock, of } = startViews();
    clock.ms = 1_000;
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    dispatchEvent(new Event('blur'));
    clock.ms = 5_000;
    dispatchEvent(new Event('focus'));
    clock.ms = 6_000;
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]).toMatchObject({ visibleMs: 6_000, focusedMs: 2_000, dwellMs: 2_000 });
  });

  it('keeps the end of a view that stood for days within what the collector takes', () => {
    const { clock, of } = startViews();
    clock.ms = 3 * 86_400_000;
    history.pushState(null, '', '/next');
    expect(of('view_end')[0]?.visibleMs).toBe(86_400_000);
  });

  it('ends the view once when the page goes, and begins another when it comes back from the cache', () => {
    const { lines, of } = startViews();
    vi.runAllTimers();
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(new Event('pagehide'));
    pageShow(false);
    pageShow(true);
    vi.runAllTimers();
    expect(lines()).toEqual(['page_view /', 'view_end /', 'page_view /']);
    expect(of('page_view')[1]?.referrer).toBeUndefined(); // it did not lead to itself
  });

  it('names views as the app describes them', () => {
    const { of, views } = startViews({
      describe: (path) => (path === '/' ? {} : { page: '/orders/:id', template: 'order', title: 'An order' }),
    });
    history.pushState(null, '', '/orders/7?token=1');
    expect(views.current()?.page).toBe('/orders/:id');
    vi.runAllTimers();
    expect(of('page_view')[1]).toMatchObject({
      page: '/orders/:id',
      template: 'order',
      title: 'An order',
      url: `${location.origin}/orders/7`,
    });
    views.show({ page: 'dialog' });
    vi.runAllTimers();
    expect(of('page_view')[2]).toMatchObject({ page: 'dialog', template: 'order' });
  });

  it('takes hash routes for pages', () => {
    const { lines } = startViews();
    history.pushState(null, '', '#/cart');
    vi.runAllTimers();
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
    vi.runAllTimers();
    expect(lines()).toEqual(['page_view /', 'view_end /']);
  });
});
