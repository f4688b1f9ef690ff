import type { BatchContext, TrackedEvent } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import { liveEvent } from './live-event.js';

it('a transition reads as the way that was taken, and from where', () => {
  const event = { type: 'transition', fromPage: '/product/P30', way: 'link', page: '/holdings' } as TrackedEvent;
  const shown = liveEvent(event, { surface: 'h5' } as BatchContext, 0);
  expect(shown).toMatchObject({ label: 'link from /product/P30', page: '/holdings' });
});
