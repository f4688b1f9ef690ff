import { LIMITS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { viewAfter } from './shown-view.js';

describe('viewAfter', () => {
  const view = { page: '/a', modules: ['rates'] };

  it('is the page that is shown, with each module once of which half was seen', () => {
    expect(viewAfter({ type: 'page_view', page: '/b', template: 'fund' }, view)).toEqual({
      page: '/b',
      template: 'fund',
      modules: [],
    });
    expect(viewAfter({ type: 'exposure', module: 'news', visibleRatio: 0.5 }, view)?.modules).toEqual([
      'rates',
      'news',
    ]);
    expect(viewAfter({ type: 'exposure', module: 'news' }, view)?.modules).toEqual(['rates', 'news']);
  });

  it.each([
    ['of another type', { type: 'click' }],
    ['of a module that is known', { type: 'exposure', module: 'rates' }],
    ['of a module of which less was seen', { type: 'exposure', module: 'news', visibleRatio: 0.49 }],
  ])('is the very same after an event %s', (_, event) => {
    expect(viewAfter(event, view)).toBe(view);
    expect(viewAfter(event, undefined)).toBeUndefined();
  });

  it('names no more modules than a transition may', () => {
    const full = { page: '/a', modules: Array.from({ length: LIMITS.modulesCount }, (_, i) => `m${i}`) };
    expect(viewAfter({ type: 'exposure', module: 'news' }, full)).toBe(full);
  });
});
