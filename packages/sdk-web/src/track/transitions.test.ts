// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { transitions } from './transitions.js';

describe('transitions', () => {
  beforeEach(() => () => vi.unstubAllGlobals());

  function start() {
    const feature = startFeature(transitions());
    onTestFinished(feature.stop);
    return {
      ...feature,
      async show(page: string, template?: string) {
        feature.write({ type: 'page_view', page, ...(template ? { template } : {}) });
        await Promise.resolve();
      },
      see: (module: string) => feature.write({ type: 'exposure', module }),
    };
  }

  /** The browser's Navigation API, which happy-dom has none of. */
  function stubNavigation() {
    const navigation = Object.assign(new EventTarget(), { currentEntry: { index: 1 } });
    vi.stubGlobal('navigation', navigation);
    return (navigationType: string, index = 0) =>
      navigation.dispatchEvent(Object.assign(new Event('navigate'), { navigationType, destination: { index } }));
  }

  it('tells of each view what it came from, and what was seen there', async () => {
    const { show, see, events } = start();
    await show('/list', 'products');
    see('rates');
    see('rates');
    see('news');
    await show('/fund');
    await show('/done');
    expect(events).toEqual([
      {
        type: 'transition',
        page: '/fund',
        fromPage: '/list',
        way: 'push',
        fromTemplate: 'products',
        modules: ['rates', 'news'],
      },
      { type: 'transition', page: '/done', fromPage: '/fund', way: 'push', modules: [] },
    ]);
  });

  it('tells the way by which the browser went', async () => {
    const navigate = stubNavigation();
    const { show, events } = start();
    await show('/a');
    navigate('push', 2);
    await show('/b');
    navigate('traverse', 0);
    await show('/a');
    navigate('traverse', 2);
    await show('/b');
    navigate('replace');
    await show('/c');
    navigate('push', 2);
    navigate('replace', 2);
    await show('/d');
    document.body.innerHTML = '<a href="#x"><b>there</b></a>';
    document.querySelector('b')?.click();
    navigate('push', 3);
    await show('/e');
    const ways = events.map((event) => event.type === 'transition' && event.way);
    expect(ways).toEqual(['push', 'back', 'forward', 'replace', 'redirect', 'link']);
  });

  it('tells of going back where the browser has nothing better than popstate', async () => {
    const { show, events } = start();
    await show('/a');
    await show('/b');
    dispatchEvent(new Event('popstate'));
    await show('/a');
    expect(events.at(-1)).toMatchObject({ page: '/a', fromPage: '/b', way: 'back' });
  });

  it.each([
    ['a link of the same site', 'navigate', `${location.origin}/from?q=1`, { fromPage: '/from', way: 'link' }],
    ['a reload', 'reload', 'https://elsewhere.example/', { fromPage: '/here', way: 'reload' }],
    ['another site', 'navigate', 'https://elsewhere.example/', undefined],
    ['nowhere', 'navigate', '', undefined],
    ['the history', 'back_forward', `${location.origin}/from`, undefined],
  ])('tells how the document was come to: %s', async (_, type, referrer, told) => {
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([{ type } as PerformanceNavigationTiming]);
    Object.defineProperty(document, 'referrer', { value: referrer, configurable: true });
    onTestFinished(() => {
      vi.restoreAllMocks();
      Reflect.deleteProperty(document, 'referrer');
    });
    const { show, events } = start();
    await show('/here');
    expect(events).toEqual(told ? [{ type: 'transition', page: '/here', modules: [], ...told }] : []);
  });

  it('says nothing of what a page that comes out of the back-forward cache was left for', async () => {
    const { show, events } = start();
    await show('/a');
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await show('/a');
    expect(events).toEqual([]);
    await show('/b');
    expect(events).toMatchObject([{ fromPage: '/a', page: '/b' }]);
  });

  it('names no more modules than an event may have', async () => {
    const { show, see, events } = start();
    await show('/a');
    for (let i = 0; i < 100; i++) see(`module ${i} ${'x'.repeat(200)}`);
    await show('/b');
    const modules = events.flatMap((event) => (event.type === 'transition' ? event.modules : []));
    expect(modules).toHaveLength(64);
    expect(modules.every((name) => name?.length === 128)).toBe(true);
  });
});
